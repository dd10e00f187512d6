insert into block_figure (tenant, block_id, category, capacity, free, held, taken, longest_free_run)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
