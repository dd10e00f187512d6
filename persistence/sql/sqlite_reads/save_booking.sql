insert into booking (tenant, booking_id, event_id, user_id, email, confirmation_code, status, created_ms, view)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
on conflict (booking_id, tenant) do update set
  user_id = excluded.user_id, email = excluded.email, confirmation_code = excluded.confirmation_code,
  status = excluded.status, created_ms = excluded.created_ms, view = excluded.view
