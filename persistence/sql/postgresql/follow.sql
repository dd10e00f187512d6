-- Only what is final: rows of transactions older than every one still running (001_journal.sql).
select pos, entity, seq, payload from journal
where pos > $1
  and pos < ((pg_snapshot_xmin(pg_current_snapshot())::text::bigint + (select xid_offset from position_base)) << 20)
order by pos limit $2
