insert into journal (entity, seq, at_ms, payload) values (?1, ?2, ?3, ?4)
