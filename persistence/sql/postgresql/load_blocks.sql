select b.tenant, b.block_id, b.shape, b.claims
from unnest($1::text[], $2::text[]) as k(tenant, id) join block b on b.tenant = k.tenant and b.block_id = k.id
