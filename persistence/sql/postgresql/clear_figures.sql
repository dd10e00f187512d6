delete from block_figure f using unnest($1::text[], $2::text[]) as k(tenant, id) where f.tenant = k.tenant and f.block_id = k.id
