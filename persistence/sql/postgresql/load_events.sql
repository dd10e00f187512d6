select e.tenant, e.event_id, e.open, e.definition
from unnest($1::text[], $2::text[]) as k(tenant, id) join event e on e.tenant = k.tenant and e.event_id = k.id
