select seq, payload from snapshot where entity = $1
