delete from node where instance = $1
