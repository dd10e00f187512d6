insert into block (tenant, block_id, shape, claims) values (?1, ?2, ?3, ?4)
on conflict (tenant, block_id) do update set shape = excluded.shape, claims = excluded.claims
