update lease set node = ?1, epoch = epoch + 1 returning shard, node, epoch
