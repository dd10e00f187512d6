select coalesce(max(pos), 0) from journal
where pos < ((pg_snapshot_xmin(pg_current_snapshot())::text::bigint + (select xid_offset from position_base)) << 20)
