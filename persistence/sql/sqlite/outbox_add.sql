insert into outbox (entity, seq, idx, kind, payload) values (?1, ?2, ?3, ?4, ?5)
