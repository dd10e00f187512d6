-- A block's shape is written when it changes, its claims with every booking: together they were as long as the block has spots, each time.
-- The lists are projected again from the journal.
truncate booking, event, event_tag, block, block_figure, tenant;
update progress set reached = 0;
alter table block rename column tally to shape;
alter table block add column claims bytea not null;
