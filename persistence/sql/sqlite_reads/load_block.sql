select shape, claims from block where tenant = ?1 and block_id = ?2
