select id, at_ms, subject, remote, node, request_id, action, target, detail, outcome from operator_action
where (?1 = '' or subject = ?1) and (?2 = '' or action = ?2) and (?3 = '' or target = ?3)
order by id desc limit ?4 offset ?5
