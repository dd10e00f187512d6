with given_up as (delete from outbox where id = $1 returning id, entity, seq, idx, kind, payload, attempts)
insert into outbox_abandoned (id, entity, seq, idx, kind, payload, attempts, error)
select id, entity, seq, idx, kind, payload, attempts + 1, $2 from given_up
