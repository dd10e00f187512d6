-- The read model lives in a file of its own: writing it never waits for the journal's writer nor makes it wait. It may be deleted:
-- the projection fills it again from the journal.
create table progress (
  only_row integer primary key check (only_row = 1),
  reached integer not null
) strict;
insert into progress (only_row, reached) values (1, 0);

create table tenant (slug text primary key) strict, without rowid;

create table booking (
  tenant text not null,
  booking_id text not null,
  event_id text not null,
  user_id text not null,
  email text not null,
  confirmation_code text not null,
  status integer not null,
  created_ms integer not null,
  view blob not null,
  primary key (booking_id, tenant)
) strict;
-- What a list asks for, and no more: each index costs every booking. What tells rows apart stands first, so that one comparison decides.
-- Most bookings are confirmed (5) and are found by their time; a booking without an address or an account is not found by one.
create index booking_created on booking (tenant, created_ms);
create index booking_event on booking (tenant, event_id, created_ms);
create index booking_user on booking (user_id, tenant, created_ms) where user_id <> '';
create index booking_email on booking (email, tenant, created_ms) where email <> '';
create index booking_code on booking (confirmation_code, tenant, created_ms) where confirmation_code <> '';
create index booking_status on booking (tenant, status, created_ms) where status <> 5;

create table event (
  tenant text not null,
  event_id text not null,
  show_id text not null,
  open integer not null,
  published integer not null,
  begin_ms integer not null,
  end_ms integer not null,
  sort_title text not null,
  search text not null,
  latitude real,
  longitude real,
  definition blob not null,
  primary key (tenant, event_id)
) strict;
create index event_soonest on event (tenant, begin_ms, sort_title, event_id);

-- kind: 'block' (which blocks count for the event), 'facility', 'activity', 'region' (folded text)
create table event_tag (
  tenant text not null,
  event_id text not null,
  kind text not null,
  value text not null,
  primary key (tenant, event_id, kind, value)
) strict, without rowid;

create table block (
  tenant text not null,
  block_id text not null,
  tally blob not null,
  primary key (tenant, block_id)
) strict;

create table block_figure (
  tenant text not null,
  block_id text not null,
  category text not null,
  capacity integer not null,
  free integer not null,
  held integer not null,
  taken integer not null,
  longest_free_run integer not null,
  primary key (tenant, block_id, category)
) strict, without rowid;
