-- What a careful team would write to sell seats with PostgreSQL alone. Every choice favours the peer where honesty allows it: narrow rows,
-- one index per question, identity keys instead of random ones, no foreign key onto the hot row, no idempotency keys, no outbox, no
-- access tokens. A Holdfast booking carries all of these.
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- A performance with a capacity: peers b, c, d, f and g.
CREATE TABLE performance (
  id       bigint PRIMARY KEY,
  capacity integer NOT NULL CHECK (capacity >= 0),
  booked   integer NOT NULL DEFAULT 0 CHECK (booked BETWEEN 0 AND capacity)  -- kept by peer g only
) WITH (fillfactor = 10);  -- leaves room on the page for heap-only updates of the hot row

CREATE TABLE booking (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  performance_id    bigint NOT NULL,
  quantity          integer NOT NULL CHECK (quantity > 0),
  status            text NOT NULL CHECK (status IN ('held', 'confirmed', 'cancelled')),
  first_name        text,
  last_name         text,
  email             text,
  confirmation_code text,
  total_minor       bigint NOT NULL,
  currency          char(3) NOT NULL,
  created_at        timestamptz NOT NULL DEFAULT now(),
  expires_at        timestamptz  -- of a hold
);
CREATE INDEX booking_taken ON booking (performance_id) INCLUDE (quantity, status, expires_at);

-- Seats of their own: peer e.
CREATE TABLE seat (
  id             bigint PRIMARY KEY,
  performance_id bigint NOT NULL,
  label          text NOT NULL,
  booking_id     bigint
) WITH (fillfactor = 80);
CREATE INDEX seat_free ON seat (performance_id, id) WHERE booking_id IS NULL;

-- A resource and a stretch of time: peer a.
CREATE TABLE slot_booking (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  resource_id       bigint NOT NULL,
  period            tstzrange NOT NULL,
  first_name        text NOT NULL,
  last_name         text NOT NULL,
  email             text NOT NULL,
  confirmation_code text NOT NULL,
  total_minor       bigint NOT NULL,
  currency          char(3) NOT NULL,
  created_at        timestamptz NOT NULL DEFAULT now(),
  EXCLUDE USING gist (resource_id WITH =, period WITH &&)
);

-- Peer b as one round trip: lock the performance, sum, insert.
CREATE FUNCTION book_locked(wanted_performance bigint, wanted integer, guest text, code text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  room    integer;
  taken   bigint;
  made    bigint;
BEGIN
  SELECT capacity INTO room FROM performance WHERE id = wanted_performance FOR UPDATE;
  SELECT coalesce(sum(quantity), 0) INTO taken FROM booking WHERE performance_id = wanted_performance AND status = 'confirmed';
  IF taken + wanted > room THEN
    RETURN NULL;
  END IF;
  INSERT INTO booking (performance_id, quantity, status, first_name, last_name, email, confirmation_code, total_minor, currency)
  VALUES (wanted_performance, wanted, 'confirmed', 'Ida', 'Lund', guest, code, 12350, 'DKK')
  RETURNING id INTO made;
  RETURN made;
END $$;

-- Peer e as one round trip: the first free seat that nobody is taking.
CREATE FUNCTION book_free_seat(wanted_performance bigint, guest text, code text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  picked bigint;
  made   bigint;
BEGIN
  SELECT id INTO picked FROM seat WHERE performance_id = wanted_performance AND booking_id IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF picked IS NULL THEN
    RETURN NULL;
  END IF;
  INSERT INTO booking (performance_id, quantity, status, first_name, last_name, email, confirmation_code, total_minor, currency)
  VALUES (wanted_performance, 1, 'confirmed', 'Ida', 'Lund', guest, code, 12350, 'DKK')
  RETURNING id INTO made;
  UPDATE seat SET booking_id = made WHERE id = picked;
  RETURN made;
END $$;
