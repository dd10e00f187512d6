insert into event_tag (tenant, event_id, kind, value) values (?1, ?2, ?3, ?4) on conflict do nothing
