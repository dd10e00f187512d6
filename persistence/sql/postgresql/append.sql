-- One group commit in one round trip. $1–$4: one element per entity; $5–$8: one per journal row ($5 = ordinal of its entity);
-- $9–$10: timers (0 = none); $11–$15: outbox. Answers the entities that were refused: 1 = conflict or gap, 2 = stale epoch.
--
-- The lease rows are locked FOR SHARE: who takes a shard over waits for appends in flight, and an append that waited sees the new
-- epoch. The lock also gives the transaction its id before any position is computed.
with head as materialized (
  select * from unnest($1::text[], $2::bigint[], $3::smallint[], $4::bigint[]) with ordinality as h(entity, first, shard, epoch, g)
), fence as materialized (
  select l.shard, l.epoch from lease l where l.shard in (select shard from head) order by l.shard for share of l
), verdict as materialized (
  select h.g, h.entity,
         case when f.epoch is distinct from h.epoch then 2 when coalesce(newest.seq, 0) + 1 <> h.first then 1 else 0 end as refused
  from head h
  left join fence f on f.shard = h.shard
  left join lateral (select j.seq from journal j where j.entity = h.entity order by j.seq desc limit 1) newest on true
), written as (
  insert into journal (pos, entity, seq, at_ms, payload)
  select ((pg_current_xact_id()::text::bigint + b.xid_offset) << 20) | r.n, v.entity, r.seq, r.at_ms, r.payload
  from unnest($5::bigint[], $6::bigint[], $7::bigint[], $8::bytea[]) with ordinality as r(g, seq, at_ms, payload, n)
  join verdict v on v.g = r.g and v.refused = 0
  cross join position_base b
), timer_set as (
  insert into timer (entity, due_ms)
  select v.entity, t.due_ms from unnest($9::bigint[], $10::bigint[]) as t(g, due_ms) join verdict v on v.g = t.g and v.refused = 0
  where t.due_ms > 0
  on conflict (entity) do update set due_ms = excluded.due_ms
), timer_cleared as (
  delete from timer using unnest($9::bigint[], $10::bigint[]) as t(g, due_ms) join verdict v on v.g = t.g and v.refused = 0
  where t.due_ms = 0 and timer.entity = v.entity
), wanted as (
  insert into outbox (entity, seq, idx, kind, payload)
  select v.entity, o.seq, o.idx, o.kind, o.payload
  from unnest($11::bigint[], $12::bigint[], $13::integer[], $14::text[], $15::bytea[]) with ordinality as o(g, seq, idx, kind, payload, n)
  join verdict v on v.g = o.g and v.refused = 0
  order by o.n
)
select g, refused from verdict where refused <> 0
