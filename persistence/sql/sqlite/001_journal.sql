-- The journal and what is written in the same transaction as its rows: timers and the outbox.
-- pos is the rowid: one writer at a time, so positions ascend in commit order.
create table journal (
  pos integer primary key,
  entity text not null,
  seq integer not null check (seq > 0),
  at_ms integer not null,
  payload blob not null,
  unique (entity, seq)
) strict;

create table timer (
  entity text primary key,
  due_ms integer not null
) strict, without rowid;
create index timer_due on timer (due_ms, entity);

-- A queue: what is delivered is deleted, so that it costs what is waiting, not what was ever sent. Each item is wanted once because its
-- journal row is there once. Autoincrement: the id of a deleted item must never name another one.
create table outbox (
  id integer primary key autoincrement,
  entity text not null,
  seq integer not null,
  idx integer not null,
  kind text not null,
  payload blob not null,
  attempts integer not null default 0,
  next_attempt_ms integer not null default 0,
  error text
) strict;

-- What was given up, for people to see.
create table outbox_abandoned (
  id integer primary key,
  entity text not null,
  seq integer not null,
  idx integer not null,
  kind text not null,
  payload blob not null,
  attempts integer not null,
  error text not null
) strict;

create table lease (
  shard integer primary key,
  node text not null,
  epoch integer not null
) strict;
-- Epoch 0: nobody has taken the shard yet.
insert into lease (shard, node, epoch)
with recursive n(shard) as (values (0) union all select shard + 1 from n where shard < 255)
select shard, '', 0 from n;

create table snapshot (
  entity text primary key,
  seq integer not null,
  payload blob not null
) strict;
