-- Where each scan stands, as told on scan.events.
CREATE TABLE scan_status (
    scan_id          text PRIMARY KEY,
    request_id       text        NOT NULL,
    status           text        NOT NULL CHECK (status IN
                         ('accepted', 'dispatched', 'retrying', 'completed', 'dead_lettered', 'cancelled')),
    attempt          integer     NOT NULL,
    updated_at       timestamptz NOT NULL,
    next_attempt_at  timestamptz,
    failure          jsonb,
    -- What the acceptance told; all null while it was not seen.
    client           text,
    url              text,
    host             text,
    standard         text,
    priority         text,
    submitted_at     timestamptz,
    earlier_attempts integer,
    replays          integer,
    accepted_at      timestamptz
);

-- For the newest scans, and for how many there are of each status.
CREATE INDEX scan_status_newest ON scan_status (submitted_at DESC NULLS LAST, scan_id DESC);
CREATE INDEX scan_status_status ON scan_status (status);

-- One row for each scan that ended well, written once.
CREATE TABLE report (
    scan_id      text PRIMARY KEY,
    document     jsonb       NOT NULL,
    html_file    text        NOT NULL,
    json_file    text        NOT NULL,
    published_at timestamptz NOT NULL,
    -- When REPORT_PUBLISHED was acknowledged by the broker; null until then.
    announced_at timestamptz
);

-- What other services may read; the tables behind are free to change.
CREATE VIEW scan_status_view AS
SELECT scan_id, request_id, client, url, host, standard, priority, status, attempt,
       submitted_at, updated_at, next_attempt_at, failure
  FROM scan_status;

CREATE VIEW report_view AS
SELECT scan_id, document, html_file, json_file, published_at
  FROM report;
