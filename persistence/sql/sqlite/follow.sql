select pos, entity, seq, payload from journal where pos > ?1 order by pos limit ?2
