-- Of a block whose categories are the same as before.
update block_figure set capacity = ?4, free = ?5, held = ?6, taken = ?7, longest_free_run = ?8
where tenant = ?1 and block_id = ?2 and category = ?3
