select entity, due_ms from timer where due_ms <= $1 and shard = any ($3::smallint[]) order by due_ms, entity limit $2
