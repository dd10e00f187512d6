select shard, node, epoch from lease where epoch > 0 order by shard
