-- The sign keeps SQLite from an index that begins with the tenant: it would read all of a tenant's bookings.
select booking_id from booking where +tenant = ?1 and booking_id >= ?2 and booking_id < ?3
