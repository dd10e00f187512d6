update outbox set attempts = attempts + 1, status = 2, error = $2 where id = $1 and status = 0
