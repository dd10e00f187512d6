insert into outbox_abandoned (id, entity, seq, idx, kind, payload, attempts, error)
select id, entity, seq, idx, kind, payload, attempts + 1, ?2 from outbox where id = ?1
