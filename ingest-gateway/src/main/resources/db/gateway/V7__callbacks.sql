-- With what callbacks are signed. A secret has to be usable, so it is sealed and not hashed.
CREATE TABLE webhook_secrets (
    id         uuid PRIMARY KEY,
    client     text        NOT NULL,
    sealed     bytea       NOT NULL,
    sealed_key text        NOT NULL,
    made_by    text        NOT NULL,
    made_at    timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX webhook_secrets_client ON webhook_secrets (client, made_at DESC);

-- Who wants to be told when a scan or batch has ended; written before the scan is published.
CREATE TABLE callbacks (
    subject text        NOT NULL, -- scan or batch
    id      text        NOT NULL, -- as it goes through the pipeline
    seed    uuid        NOT NULL, -- the submission; one that is sent again has the same
    client  text        NOT NULL,
    url     text        NOT NULL,
    scans   integer     NOT NULL, -- how many the submission has
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (subject, id, seed)
);

CREATE INDEX callbacks_made_at ON callbacks (made_at);

-- What is to be told, and what came of it. The id is that of the message, so that one event makes one row.
CREATE TABLE callback_deliveries (
    id           text PRIMARY KEY,
    client       text        NOT NULL,
    type         text        NOT NULL,
    subject_id   text        NOT NULL, -- as the client knows it
    url          text        NOT NULL,
    host         text        NOT NULL,
    body         text        NOT NULL,
    state        text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts     integer     NOT NULL DEFAULT 0,
    next_at      timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz,          -- until then somebody is at it
    last_status  integer,
    last_error   text,
    made_at      timestamptz NOT NULL DEFAULT now(),
    ended_at     timestamptz
);

CREATE INDEX callback_deliveries_waiting ON callback_deliveries (client, host, next_at) WHERE state = 'waiting';
CREATE INDEX callback_deliveries_client ON callback_deliveries (client, made_at DESC);
CREATE INDEX callback_deliveries_ended_at ON callback_deliveries (ended_at) WHERE ended_at IS NOT NULL;

ALTER TABLE webhook_secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE callbacks ENABLE ROW LEVEL SECURITY;
ALTER TABLE callback_deliveries ENABLE ROW LEVEL SECURITY;

CREATE POLICY of_one_client ON webhook_secrets FOR SELECT TO stepfree_client
    USING (client = current_setting('stepfree.client', true));

CREATE POLICY of_one_client ON callback_deliveries FOR SELECT TO stepfree_client
    USING (client = current_setting('stepfree.client', true));

GRANT SELECT (id, client, made_by, made_at) ON webhook_secrets TO stepfree_client;
GRANT SELECT ON callback_deliveries TO stepfree_client;
