insert into block (tenant, block_id, tally) select * from unnest($1::text[], $2::text[], $3::bytea[])
on conflict (tenant, block_id) do update set tally = excluded.tally
