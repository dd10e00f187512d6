select definition, open from event where tenant = ?1 and event_id = ?2
