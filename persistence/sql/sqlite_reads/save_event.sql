insert into event (tenant, event_id, show_id, open, published, begin_ms, end_ms, sort_title, search, latitude, longitude, definition)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
on conflict (tenant, event_id) do update set
  show_id = excluded.show_id, open = excluded.open, published = excluded.published, begin_ms = excluded.begin_ms, end_ms = excluded.end_ms,
  sort_title = excluded.sort_title, search = excluded.search, latitude = excluded.latitude, longitude = excluded.longitude,
  definition = excluded.definition
