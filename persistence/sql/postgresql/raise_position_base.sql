-- See 001_journal.sql: new positions must lie above every stored one, also after a restore into a younger server.
update position_base set xid_offset = newest.xid + 1 - pg_current_xact_id()::text::bigint
from (select coalesce(max(pos), 0) >> 20 as xid from journal) as newest
where newest.xid >= pg_current_xact_id()::text::bigint + xid_offset
