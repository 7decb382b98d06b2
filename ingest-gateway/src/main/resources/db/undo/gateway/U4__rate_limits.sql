DROP TABLE rate_limits;
ALTER TABLE idempotency_keys DROP COLUMN counted;
