update outbox set attempts = attempts + 1, next_attempt_ms = ?2, error = ?3 where id = ?1
