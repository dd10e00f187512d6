select count(*) filter (where status = 0), count(*) filter (where status = 1), count(*) filter (where status = 2) from outbox
