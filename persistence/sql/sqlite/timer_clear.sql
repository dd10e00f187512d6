delete from timer where entity = ?1
