update outbox set next_attempt_ms = greatest(next_attempt_ms, $2) where id = $1
