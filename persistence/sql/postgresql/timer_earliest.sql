select min(due_ms) from timer
