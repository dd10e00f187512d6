-- The read model; same tables and names as the SQLite one, so that lists are asked for with the same statements.
create table progress (
  only_row smallint primary key check (only_row = 1),
  reached bigint not null
);
insert into progress (only_row, reached) values (1, 0);

create table tenant (slug text collate "C" primary key);

create table booking (
  tenant text collate "C" not null,
  booking_id text collate "C" not null,
  event_id text collate "C" not null,
  user_id text collate "C" not null,
  email text collate "C" not null,
  confirmation_code text collate "C" not null,
  status smallint not null,
  created_ms bigint not null,
  view bytea not null,
  primary key (booking_id, tenant)
);
-- What a list asks for, and no more: each index costs every booking. What tells rows apart stands first, so that one comparison decides.
-- Most bookings are confirmed (5) and are found by their time; a booking without an address or an account is not found by one.
create index booking_created on booking (tenant, created_ms);
create index booking_event on booking (tenant, event_id, created_ms);
create index booking_user on booking (user_id, tenant, created_ms) where user_id <> '';
create index booking_email on booking (email, tenant, created_ms) where email <> '';
create index booking_code on booking (confirmation_code, tenant, created_ms) where confirmation_code <> '';
create index booking_status on booking (tenant, status, created_ms) where status <> 5;

create table event (
  tenant text collate "C" not null,
  event_id text collate "C" not null,
  show_id text collate "C" not null,
  open smallint not null,
  published smallint not null,
  begin_ms bigint not null,
  end_ms bigint not null,
  sort_title text collate "C" not null,
  search text collate "C" not null,
  latitude double precision,
  longitude double precision,
  definition bytea not null,
  primary key (tenant, event_id)
);
create index event_soonest on event (tenant, begin_ms, sort_title, event_id);

-- kind: 'block' (which blocks count for the event), 'facility', 'activity', 'region' (folded text)
create table event_tag (
  tenant text collate "C" not null,
  event_id text collate "C" not null,
  kind text collate "C" not null,
  value text collate "C" not null,
  primary key (tenant, event_id, kind, value)
);

create table block (
  tenant text collate "C" not null,
  block_id text collate "C" not null,
  tally bytea not null,
  primary key (tenant, block_id)
);

create table block_figure (
  tenant text collate "C" not null,
  block_id text collate "C" not null,
  category text collate "C" not null,
  capacity bigint not null,
  free bigint not null,
  held bigint not null,
  taken bigint not null,
  longest_free_run bigint not null,
  primary key (tenant, block_id, category)
);

-- Great-circle distance on a sphere of 6371.0088 km; the SQLite store registers the same function.
create function haversine_km(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision)
returns double precision language sql immutable parallel safe as $$
  select 2 * 6371.0088 * asin(sqrt(least(1.0,
    power(sin(radians(lat2 - lat1) / 2), 2) + cos(radians(lat1)) * cos(radians(lat2)) * power(sin(radians(lon2 - lon1) / 2), 2))))
$$;
