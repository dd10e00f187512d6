-- The journal and what is written in the same transaction as its rows: timers and the outbox.
--
-- pos = (transaction id + offset) << 20 | place in the transaction. A sequence would not do: a transaction may draw a number, be
-- overtaken, and commit below what a reader has already passed. Ordered by transaction id, everything below the oldest running
-- transaction is final, so a reader that stops there never skips a row.
create table journal (
  pos bigint not null,
  entity text collate "C" not null,
  seq bigint not null check (seq > 0),
  at_ms bigint not null,
  payload bytea not null,
  primary key (entity, seq)
);
create unique index journal_pos on journal (pos);

-- Transaction ids begin anew when a dump is restored into another server; migrate() then raises the offset above every old position.
create table position_base (
  only_row smallint primary key check (only_row = 1),
  xid_offset bigint not null
);
insert into position_base (only_row, xid_offset) values (1, 0);

create table timer (
  entity text collate "C" primary key,
  due_ms bigint not null
);
create index timer_due on timer (due_ms, entity);

-- A queue: what is delivered is deleted, so that it costs what is waiting, not what was ever sent. Each item is wanted once because its
-- journal row is there once.
create table outbox (
  id bigint generated always as identity primary key,
  entity text collate "C" not null,
  seq bigint not null,
  idx integer not null,
  kind text not null,
  payload bytea not null,
  attempts integer not null default 0,
  next_attempt_ms bigint not null default 0,
  error text
);

-- What was given up, for people to see.
create table outbox_abandoned (
  id bigint primary key,
  entity text collate "C" not null,
  seq bigint not null,
  idx integer not null,
  kind text not null,
  payload bytea not null,
  attempts integer not null,
  error text not null
);

create table lease (
  shard smallint primary key,
  node text not null,
  epoch bigint not null
);
-- Epoch 0: nobody has taken the shard yet. The rows stand from the start so that an append always has one to lock.
insert into lease (shard, node, epoch) select shard, '', 0 from generate_series(0, 255) as shard;

create table snapshot (
  entity text collate "C" primary key,
  seq bigint not null,
  payload bytea not null
);

-- The nodes of a cluster. lease.node names an instance; its leases are in force until expires_at.
create table node (
  name text primary key,
  instance text not null unique,
  announcement bytea not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null
);
