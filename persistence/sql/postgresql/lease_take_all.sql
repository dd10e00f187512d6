-- Locked in shard order, as appends do, so that the two can never wait for each other.
with locked as materialized (select shard from lease order by shard for update)
update lease set node = $1, epoch = lease.epoch + 1 from locked where lease.shard = locked.shard
returning lease.shard, lease.node, lease.epoch
