-- Orders to erase a client's data: what they cover is deleted, and is kept out when it comes later. A row stays, as the
-- proof that it was done; it names the client and nothing that it had scanned.
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

CREATE INDEX erasure_client ON erasure (client, ordered_at);

CREATE VIEW erasure_view AS
SELECT id, client, request_id, ordered_by, reason, ordered_at, taken_at, erased, remaining, recounted_at, done_at
  FROM erasure;

-- Most events of a scan do not tell whose it is. So that late ones do not bring an erased scan back, its id stays for as
-- long as a record of it may come, and then goes, too.
CREATE TABLE erased_scan (
    scan_id    text PRIMARY KEY,
    erasure_id text        NOT NULL,
    erased_at  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX erased_scan_erasure ON erased_scan (erasure_id);
CREATE INDEX erased_scan_age ON erased_scan (erased_at);

-- Whose a report is and how old, also while its scan has not been heard of.
ALTER TABLE report
    ADD COLUMN IF NOT EXISTS client       text,
    ADD COLUMN IF NOT EXISTS submitted_at timestamptz;

UPDATE report
   SET client = scan_status.client, submitted_at = scan_status.submitted_at
  FROM scan_status
 WHERE scan_status.scan_id = report.scan_id AND report.client IS NULL;

CREATE INDEX report_client ON report (client, submitted_at);
