select (select count(*) from outbox), (select count(*) from outbox_abandoned)
