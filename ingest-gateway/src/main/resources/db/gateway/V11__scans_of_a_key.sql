-- How many scans were let in with a key's order: what is ordered again is what was booked, also where the order leaves
-- the number to what is left.
ALTER TABLE idempotency_keys ADD COLUMN scans integer NOT NULL DEFAULT 1;
