insert into operator_action (key, fingerprint, at_ms, subject, remote, node, request_id, action, target, detail)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
on conflict (key) do nothing
