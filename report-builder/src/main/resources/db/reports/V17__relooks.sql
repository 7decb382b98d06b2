-- Looks that are ordered because an earlier one found something new: each once, and never because of one of themselves.
-- A row is written before its scan is ordered, so whoever meets the scan can know what it is.
CREATE TABLE relook (
    -- The scan that found something new. Whatever removes it takes this along.
    scan_id        text PRIMARY KEY REFERENCES comparison ON DELETE CASCADE,
    -- The scan that looks again; null where the client had as many within the hour as it may have.
    relook_scan_id text UNIQUE,
    client         text        NOT NULL,
    decided_at     timestamptz NOT NULL DEFAULT now()
);

-- For those of a client when its scans are counted, and for how many it had of late.
CREATE INDEX relook_client ON relook (client, decided_at);
CREATE INDEX relook_lately ON relook (client, decided_at) WHERE relook_scan_id IS NOT NULL;

-- Behind the same wall as what else is of one client, see V5.
ALTER TABLE relook ENABLE ROW LEVEL SECURITY;

CREATE POLICY of_one_client ON relook FOR SELECT TO stepfree_client
    USING (client = current_setting('stepfree.client', true));

-- The next look at the whole page, whoever had it made: it tells what became of what was new. An ordered one is over
-- when it has a comparison, or ended without.
CREATE VIEW second_look_view WITH (security_invoker = true) AS
SELECT first.scan_id, first.client, relook.decided_at IS NOT NULL AS decided, relook.relook_scan_id,
       next.scan_id AS next_scan_id, next.completed_at AS next_completed_at,
       EXISTS (SELECT FROM comparison AS again WHERE again.scan_id = relook.relook_scan_id)
           OR EXISTS (SELECT FROM scan_status AS ended
                       WHERE ended.scan_id = relook.relook_scan_id AND ended.status IN ('dead_lettered', 'cancelled'))
           AS is_over
  FROM comparison AS first
  LEFT JOIN relook USING (scan_id)
  LEFT JOIN LATERAL (
       SELECT scan_id, completed_at
         FROM comparison AS later
        WHERE later.client = first.client AND later.page_key = first.page_key AND later.whole
          AND (later.completed_at, later.scan_id) > (first.completed_at, first.scan_id)
        ORDER BY completed_at, scan_id
        LIMIT 1) AS next ON true;

-- Where nobody asks of which scan one is the second look, the join goes away; it is for one scan, and for counting many.
-- A page of a list asks whether one is: OFFSET 0 keeps that from becoming a join, so that each row of the page is looked
-- up by itself, in the order of the list's index.
CREATE OR REPLACE VIEW scan_status_view WITH (security_invoker = true) AS
SELECT scan_status.scan_id, request_id, scan_status.client, url, host, standard, priority, status, attempt,
       submitted_at, updated_at, next_attempt_at, failure, batch_id, score, relook.scan_id AS relook_of,
       EXISTS (SELECT FROM relook AS again WHERE again.relook_scan_id = scan_status.scan_id OFFSET 0) AS second_look
  FROM scan_status
  LEFT JOIN relook ON relook.relook_scan_id = scan_status.scan_id AND relook.client = scan_status.client;

CREATE OR REPLACE VIEW trend_scan_view WITH (security_invoker = true) AS
SELECT trend_scan.scan_id, trend_scan.client, url, page, look, completed_at, seen, whole, score, rules, occurrences,
       relook.relook_scan_id IS NOT NULL AS second_look
  FROM trend_scan
  LEFT JOIN relook ON relook.relook_scan_id = trend_scan.scan_id AND relook.client = trend_scan.client;

GRANT SELECT ON relook, second_look_view TO stepfree_client;
