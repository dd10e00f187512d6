delete from snapshot
