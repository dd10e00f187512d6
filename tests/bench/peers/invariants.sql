-- Rows of (what is wrong, how often). No row: nothing was sold twice.
SELECT 'performance booked beyond its capacity', count(*)
  FROM (SELECT p.id FROM performance p JOIN booking b ON b.performance_id = p.id
         WHERE b.status = 'confirmed' OR (b.status = 'held' AND b.expires_at > now())
         GROUP BY p.id HAVING sum(b.quantity) > p.capacity) over
HAVING count(*) > 0
UNION ALL
-- Only where peer g keeps the figure.
SELECT 'counter differs from the bookings', count(*)
  FROM (SELECT p.id FROM performance p
          LEFT JOIN LATERAL (SELECT coalesce(sum(quantity), 0) AS taken FROM booking WHERE performance_id = p.id AND status = 'confirmed') b ON true
         WHERE p.booked > 0 AND p.booked <> b.taken) differing
HAVING count(*) > 0
UNION ALL
SELECT 'booking that has more than one seat', count(*)
  FROM (SELECT booking_id FROM seat WHERE booking_id IS NOT NULL GROUP BY booking_id HAVING count(*) > 1) shared
HAVING count(*) > 0
UNION ALL
SELECT 'seat whose booking does not exist', count(*)
  FROM seat s LEFT JOIN booking b ON b.id = s.booking_id WHERE s.booking_id IS NOT NULL AND b.id IS NULL
HAVING count(*) > 0
UNION ALL
-- Only where peer e gives out seats.
SELECT 'booking without a seat', count(*)
  FROM booking b LEFT JOIN seat s ON s.booking_id = b.id
 WHERE s.id IS NULL AND EXISTS (SELECT FROM seat WHERE booking_id IS NOT NULL)
HAVING count(*) > 0
UNION ALL
-- Sorted by start, a stretch overlaps an earlier one only if it begins before the latest end so far.
SELECT 'stretches of one resource that overlap', count(*)
  FROM (SELECT lower(period) < max(upper(period)) OVER (PARTITION BY resource_id ORDER BY lower(period), id
                                                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS doubled FROM slot_booking) s
 WHERE doubled
HAVING count(*) > 0;
