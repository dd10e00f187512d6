truncate booking, event, event_tag, block, block_figure, tenant;
update progress set reached = 0
