select entity, seq, payload from snapshot where entity > $1 order by entity limit $2
