-- How many scans a client may still submit in its hour, as Bucket4j keeps it. No row is the same as all of them.
CREATE TABLE rate_limits (
    id      text   PRIMARY KEY, -- plan/client
    state   bytea,              -- null only within the transaction that makes the row
    full_at bigint              -- when the hour is over, in milliseconds since 1970
);

CREATE INDEX rate_limits_full_at ON rate_limits (full_at);

-- Whether the scan of a key was let in and counts as its client's; one that could not be published does not.
ALTER TABLE idempotency_keys ADD COLUMN counted boolean NOT NULL DEFAULT true;
