select entity, due_ms from timer where due_ms <= ?1 order by due_ms, entity
