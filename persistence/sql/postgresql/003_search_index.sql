-- Where the trigram extension may be installed, word search uses an index; elsewhere it reads the tenant's events, which is right too.
do $$
declare
  home text;
begin
  begin
    if not exists (select from pg_extension where extname = 'pg_trgm') then
      create extension pg_trgm schema public;
    end if;
  exception when others then
    raise notice 'no trigram index: %', sqlerrm;
  end;
  select n.nspname into home from pg_extension x join pg_namespace n on n.oid = x.extnamespace where x.extname = 'pg_trgm';
  if home is not null then
    execute format('create index event_search on event using gin (search %I.gin_trgm_ops)', home);
  end if;
end
$$;
