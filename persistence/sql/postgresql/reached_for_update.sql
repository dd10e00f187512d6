-- Two projections of one schema take turns here.
select reached from progress for update
