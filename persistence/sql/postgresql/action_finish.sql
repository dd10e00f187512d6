update operator_action set outcome = $2 where id = $1 and outcome = ''
