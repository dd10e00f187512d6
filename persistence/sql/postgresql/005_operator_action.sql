-- What operators did: written before it is done, finished with its outcome, never deleted.
create table operator_action (
  id bigint generated always as identity primary key,
  key text collate "C" not null unique,
  fingerprint bytea not null,
  at_ms bigint not null,
  subject text collate "C" not null,
  remote text not null,
  node text not null,
  request_id text not null,
  action text collate "C" not null,
  target text collate "C" not null,
  detail text not null,
  outcome text not null default ''
);
