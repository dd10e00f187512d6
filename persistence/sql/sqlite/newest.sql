select coalesce(max(seq), 0) from journal where entity = ?1
