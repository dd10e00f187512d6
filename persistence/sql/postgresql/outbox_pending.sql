select id, entity, seq, idx, kind, payload, attempts from outbox
where next_attempt_ms <= $1 and shard = any ($3::smallint[]) order by id limit $2
