-- What operators did: written before it is done, finished with its outcome, never deleted.
create table operator_action (
  id integer primary key autoincrement,
  key text not null unique,
  fingerprint blob not null,
  at_ms integer not null,
  subject text not null,
  remote text not null,
  node text not null,
  request_id text not null,
  action text not null,
  target text not null,
  detail text not null,
  outcome text not null default ''
) strict;
