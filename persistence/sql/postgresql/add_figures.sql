insert into block_figure (tenant, block_id, category, capacity, free, held, taken, longest_free_run)
select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
