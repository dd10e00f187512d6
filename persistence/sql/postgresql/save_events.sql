insert into event (tenant, event_id, show_id, open, published, begin_ms, end_ms, sort_title, search, latitude, longitude, definition)
select * from unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::smallint[], $6::bigint[], $7::bigint[], $8::text[], $9::text[],
                     $10::double precision[], $11::double precision[], $12::bytea[])
on conflict (tenant, event_id) do update set
  show_id = excluded.show_id, open = excluded.open, published = excluded.published, begin_ms = excluded.begin_ms, end_ms = excluded.end_ms,
  sort_title = excluded.sort_title, search = excluded.search, latitude = excluded.latitude, longitude = excluded.longitude,
  definition = excluded.definition
