update block set claims = ?3 where tenant = ?1 and block_id = ?2
