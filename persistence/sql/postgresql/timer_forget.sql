delete from timer where entity = $1 and due_ms = $2
