select booking_id from booking where tenant = ?1 and booking_id >= ?2 and booking_id < ?3
