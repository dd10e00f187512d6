delete from event_tag t using unnest($1::text[], $2::text[]) as k(tenant, id) where t.tenant = k.tenant and t.event_id = k.id
