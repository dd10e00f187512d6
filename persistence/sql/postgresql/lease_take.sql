-- $1 the taker; $2, $3 shards and the epochs at which it saw them; $4 instances known to be dead.
-- Leases are locked in shard order, as appends do, and then their holders' rows, so that a holder that renews at this moment is seen.
with locked as materialized (
  select l.shard, l.node from lease l join unnest($2::smallint[], $3::bigint[]) as w(shard, epoch) using (shard)
  where l.epoch = w.epoch and l.node <> $1 order by l.shard for update of l
), alive as materialized (
  select n.instance, n.expires_at > clock_timestamp() as in_force
  from node n where n.instance = $1 or n.instance in (select node from locked) order by n.name for share
)
update lease set node = $1, epoch = lease.epoch + 1 from locked
where lease.shard = locked.shard
  and exists (select from alive a where a.instance = $1 and a.in_force)
  and not exists (select from alive a where a.instance = locked.node and a.in_force and a.instance <> all ($4::text[]))
returning lease.shard, lease.node, lease.epoch
