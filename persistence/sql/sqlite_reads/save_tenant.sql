insert into tenant (slug) values (?1) on conflict do nothing
