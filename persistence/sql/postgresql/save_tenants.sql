insert into tenant (slug) select unnest($1::text[]) on conflict do nothing
