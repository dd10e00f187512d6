select b.tenant, b.booking_id, b.user_id, b.view
from unnest($1::text[], $2::text[]) as k(tenant, id) join booking b on b.tenant = k.tenant and b.booking_id = k.id
