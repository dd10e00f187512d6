-- A standby asks in vain for the position that it would write at; there are no replicas to be seen from there. What the role may not see is null.
select count(*),
       coalesce(max(pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, replay_lsn)), 0)::bigint,
       coalesce(max(extract(epoch from replay_lag)) * 1000, 0)::double precision
from pg_stat_replication
