select epoch from lease where shard = ?1
