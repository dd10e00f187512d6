insert into booking (tenant, booking_id, event_id, user_id, email, confirmation_code, status, created_ms, view)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::smallint[], $8::bigint[], $9::bytea[])
on conflict (booking_id, tenant) do update set
  user_id = excluded.user_id, email = excluded.email, confirmation_code = excluded.confirmation_code,
  status = excluded.status, created_ms = excluded.created_ms, view = excluded.view
