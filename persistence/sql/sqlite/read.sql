select seq, payload from journal where entity = ?1 and seq >= ?2 order by seq limit ?3
