-- How far each batch is, as last told on scan.events.
CREATE TABLE batch_status (
    batch_id      text PRIMARY KEY,
    client        text        NOT NULL,
    accepted      bigint      NOT NULL,
    waiting       bigint      NOT NULL,
    running       bigint      NOT NULL,
    retrying      bigint      NOT NULL,
    completed     bigint      NOT NULL,
    dead_lettered bigint      NOT NULL,
    cancelled     bigint      NOT NULL,
    told_at       timestamptz NOT NULL,
    -- Where it was told: what comes later on a partition is newer, whatever the clocks say.
    event_offset  bigint      NOT NULL
);

CREATE VIEW batch_view AS
SELECT batch_id, client, accepted, waiting, running, retrying, completed, dead_lettered, cancelled, told_at
  FROM batch_status;
