-- Asked once per connection. Whatever the server's default is, a commit that is answered is on its disk.
select (select max(version) from schema_version),
       set_config('synchronous_commit',
                  case when current_setting('synchronous_commit') in ('off', 'local') then 'on' else current_setting('synchronous_commit') end,
                  false),
       set_config('plan_cache_mode', $1, false)
