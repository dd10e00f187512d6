-- Answers nothing when another instance of that name is alive. $4: milliseconds.
insert into node as n (name, instance, announcement, seen_at, expires_at)
values ($1, $2, $3, clock_timestamp(), clock_timestamp() + $4::bigint * interval '1 millisecond')
on conflict (name) do update
  set instance = excluded.instance, announcement = excluded.announcement, seen_at = excluded.seen_at, expires_at = excluded.expires_at
  where n.instance = excluded.instance or n.expires_at <= clock_timestamp()
returning 1
