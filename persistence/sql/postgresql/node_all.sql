select name, instance, announcement,
       greatest(0, (extract(epoch from clock_timestamp() - seen_at) * 1000)::bigint),
       greatest(0, (extract(epoch from expires_at - clock_timestamp()) * 1000)::bigint)
from node order by name
