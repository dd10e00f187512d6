delete from booking; delete from event; delete from event_tag; delete from block; delete from block_figure; delete from tenant;
update progress set reached = 0
