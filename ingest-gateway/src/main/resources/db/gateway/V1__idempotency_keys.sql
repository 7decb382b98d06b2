-- Which scan was begun for a client's Idempotency-Key. Neither key nor body is kept, only what proves that they are the
-- same again.
CREATE TABLE idempotency_keys (
    client     text        NOT NULL,
    key_hash   bytea       NOT NULL,
    body_mac   bytea       NOT NULL,
    scan_id    uuid        NOT NULL,
    request_id text        NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT now(),
    published  boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (client, key_hash)
);

CREATE INDEX idempotency_keys_claimed_at ON idempotency_keys (claimed_at);
