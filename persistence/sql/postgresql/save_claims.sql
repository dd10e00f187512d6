update block b set claims = k.claims from unnest($1::text[], $2::text[], $3::bytea[]) as k(tenant, id, claims)
where b.tenant = k.tenant and b.block_id = k.id
