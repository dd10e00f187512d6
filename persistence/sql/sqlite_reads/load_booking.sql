select user_id, view from booking where tenant = ?1 and booking_id = ?2
