delete from block_figure where tenant = ?1 and block_id = ?2
