update progress set reached = $1
