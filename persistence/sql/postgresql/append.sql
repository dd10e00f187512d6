-- One group commit in one round trip. $1–$5: one element per entity ($5 = its timer: null unchanged, 0 none, else due at);
-- $6–$9: one per journal row ($6 = ordinal of its entity); $10–$14: one per outbox item.
-- Answers the entities that were refused: 1 = conflict or gap, 2 = stale epoch.
--
-- The lease rows are locked FOR SHARE: who takes a shard over waits for appends in flight, and an append that waited sees the new
-- epoch. They are asked for by the parameter itself: joined with `head`, the server would read all 256 of them.
with base as materialized (
  select (pg_current_xact_id()::text::bigint + xid_offset) << 20 as pos from position_base
), head as materialized (
  select * from unnest($1::text[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[])
    with ordinality as h(entity, first, shard, epoch, due_ms, g)
), fence as materialized (
  select shard, epoch from lease where shard = any($3::smallint[]) order by shard for share
), verdict as materialized (
  select h.g, h.entity, h.shard, h.due_ms,
         case when f.epoch is distinct from h.epoch then 2 when coalesce(newest.seq, 0) + 1 <> h.first then 1 else 0 end as refused
  from head h
  left join fence f on f.shard = h.shard
  left join lateral (select j.seq from journal j where j.entity = h.entity order by j.seq desc limit 1) newest on true
), written as (
  insert into journal (pos, entity, seq, at_ms, payload)
  select base.pos | r.n, v.entity, r.seq, r.at_ms, r.payload
  from unnest($6::integer[], $7::bigint[], $8::bigint[], $9::bytea[]) with ordinality as r(g, seq, at_ms, payload, n)
  join verdict v on v.g = r.g and v.refused = 0
  cross join base
), timer_set as (
  insert into timer (entity, due_ms, shard)
  select entity, due_ms, shard from verdict where refused = 0 and due_ms > 0
  on conflict (entity) do update set due_ms = excluded.due_ms, shard = excluded.shard
), timer_cleared as (
  delete from timer using verdict v where v.refused = 0 and v.due_ms = 0 and timer.entity = v.entity
), wanted as (
  insert into outbox (entity, seq, idx, kind, payload, shard)
  select v.entity, o.seq, o.idx, o.kind, o.payload, v.shard
  from unnest($10::integer[], $11::bigint[], $12::integer[], $13::text[], $14::bytea[]) with ordinality as o(g, seq, idx, kind, payload, n)
  join verdict v on v.g = o.g and v.refused = 0
  order by o.n
)
select g, refused from verdict where refused <> 0
