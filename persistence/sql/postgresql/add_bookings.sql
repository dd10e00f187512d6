-- Bookings that are new. Looking for an older row of each would cost as much as an index.
insert into booking (tenant, booking_id, event_id, user_id, email, confirmation_code, status, created_ms, view)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::smallint[], $8::bigint[], $9::bytea[])
