-- $1 the holder; $2, $3 shards and epochs that it holds; $4 who gets them, if alive.
with locked as materialized (
  select l.shard from lease l join unnest($2::smallint[], $3::bigint[]) as w(shard, epoch) using (shard)
  where l.epoch = w.epoch and l.node = $1 order by l.shard for update of l
), heir as materialized (
  select n.expires_at > clock_timestamp() as alive from node n where n.instance = $4 for share
)
update lease set node = $4, epoch = lease.epoch + 1 from locked
where lease.shard = locked.shard and (select alive from heir)
returning lease.shard, lease.node, lease.epoch
