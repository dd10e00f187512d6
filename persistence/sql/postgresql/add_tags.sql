insert into event_tag (tenant, event_id, kind, value) select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])
on conflict do nothing
