insert into snapshot (entity, seq, payload) values ($1, $2, $3)
on conflict (entity) do update set seq = excluded.seq, payload = excluded.payload where snapshot.seq <= excluded.seq
