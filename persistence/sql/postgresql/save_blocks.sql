insert into block (tenant, block_id, shape, claims) select * from unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[])
on conflict (tenant, block_id) do update set shape = excluded.shape, claims = excluded.claims
