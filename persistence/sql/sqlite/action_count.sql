select count(*) from operator_action where (?1 = '' or subject = ?1) and (?2 = '' or action = ?2) and (?3 = '' or target = ?3)
