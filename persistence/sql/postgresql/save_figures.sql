-- Of blocks whose categories are the same as before.
update block_figure f
set capacity = k.capacity, free = k.free, held = k.held, taken = k.taken, longest_free_run = k.longest_free_run
from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
  as k(tenant, id, category, capacity, free, held, taken, longest_free_run)
where f.tenant = k.tenant and f.block_id = k.id and f.category = k.category
