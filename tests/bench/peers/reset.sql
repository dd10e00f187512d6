-- The same start for every measurement: one performance of `capacity` (performance 1), `seats` free seats in it, nothing booked.
TRUNCATE booking, slot_booking, seat RESTART IDENTITY;
DELETE FROM performance;
INSERT INTO performance (id, capacity) VALUES (1, :capacity);
INSERT INTO seat (id, performance_id, label) SELECT n, 1, 'R' || (n - 1) / 40 + 1 || '-' || (n - 1) % 40 + 1 FROM generate_series(1, :seats) n;
VACUUM (ANALYZE) performance, booking, seat, slot_booking;
CHECKPOINT;
