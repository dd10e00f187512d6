-- Timers and letters belong to the node that holds their entity's shard. What stood here before goes to whoever holds shard 0: timers are
-- passed on to their entity wherever it is, and a letter can be sent from anywhere.
alter table timer add column shard smallint not null default 0;
alter table outbox add column shard smallint not null default 0;
