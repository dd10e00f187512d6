-- A block's shape is written when it changes, its claims with every booking: together they were as long as the block has spots, each time.
-- The lists are projected again from the journal.
delete from booking;
delete from event;
delete from event_tag;
delete from block;
delete from block_figure;
delete from tenant;
update progress set reached = 0;
drop table block;
create table block (
  tenant text not null,
  block_id text not null,
  shape blob not null,
  claims blob not null,
  primary key (tenant, block_id)
) strict;
