select due_ms from timer where entity = $1
