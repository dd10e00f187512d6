insert into block (tenant, block_id, tally) values (?1, ?2, ?3)
on conflict (tenant, block_id) do update set tally = excluded.tally
