select id, at_ms, subject, remote, node, request_id, action, target, detail, outcome, fingerprint from operator_action where key = $1
