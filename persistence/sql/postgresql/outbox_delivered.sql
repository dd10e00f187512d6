update outbox set status = 1, delivered_ms = $2, error = null where id = $1 and status = 0
