delete from event_tag where tenant = ?1 and event_id = ?2
