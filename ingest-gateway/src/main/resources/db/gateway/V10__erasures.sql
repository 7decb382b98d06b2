-- Orders to erase a client's data, as far as they are about what the gateway keeps itself. A row stays, as the proof
-- that it was done; it names the client and nothing that it had scanned.
CREATE TABLE erasure (
    id           text PRIMARY KEY,
    client       text        NOT NULL,
    request_id   text        NOT NULL,
    ordered_by   text        NOT NULL,
    reason       text        NOT NULL,
    -- What was submitted at this moment or before it is covered.
    ordered_at   timestamptz NOT NULL,
    taken_at     timestamptz NOT NULL DEFAULT now(),
    -- How many went, by kind.
    erased       jsonb       NOT NULL DEFAULT '{}',
    -- How many were still there at the last recount, by kind; null before the first.
    remaining    jsonb,
    recounted_at timestamptz,
    -- When a recount has found nothing; null until then.
    done_at      timestamptz
);

CREATE INDEX erasure_client ON erasure (client, ordered_at DESC);
