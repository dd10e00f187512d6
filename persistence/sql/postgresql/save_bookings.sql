insert into booking (tenant, booking_id, event_id, block_id, user_id, email, confirmation_code, status, created_ms, view)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[], $9::bigint[], $10::bytea[])
on conflict (tenant, booking_id) do update set
  user_id = excluded.user_id, email = excluded.email, confirmation_code = excluded.confirmation_code,
  status = excluded.status, created_ms = excluded.created_ms, view = excluded.view
