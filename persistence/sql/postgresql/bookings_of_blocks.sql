select b.tenant, b.booking_id
from unnest($1::text[], $2::text[], $3::text[]) as k(tenant, first, behind)
join booking b on b.tenant = k.tenant and b.booking_id >= k.first and b.booking_id < k.behind
