select id, entity, seq, idx, kind, payload, attempts from outbox where next_attempt_ms <= ?1 order by id
