-- Two projections of one schema take turns here. The read model need not wait for the disk: what a crash takes is projected again, because
-- the position goes with it.
select reached, set_config('synchronous_commit', 'off', true) from progress for update
