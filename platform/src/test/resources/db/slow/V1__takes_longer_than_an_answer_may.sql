-- As an index over many rows would.
SELECT pg_sleep(3);
CREATE TABLE done (id integer);
