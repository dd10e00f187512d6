insert into timer (entity, due_ms) values (?1, ?2) on conflict (entity) do update set due_ms = excluded.due_ms
