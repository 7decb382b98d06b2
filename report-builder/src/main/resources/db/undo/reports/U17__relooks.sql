-- Looks that were ordered before are scans like all others from now on. A view gives no column up; it is made anew, and
-- what may be read with it.
DROP VIEW second_look_view, scan_status_view, trend_scan_view;
DROP TABLE relook;

CREATE VIEW scan_status_view WITH (security_invoker = true) AS
SELECT scan_id, request_id, client, url, host, standard, priority, status, attempt,
       submitted_at, updated_at, next_attempt_at, failure, batch_id, score
  FROM scan_status;

CREATE VIEW trend_scan_view WITH (security_invoker = true) AS
SELECT scan_id, client, url, page, look, completed_at, seen, whole, score, rules, occurrences
  FROM trend_scan;

GRANT SELECT ON scan_status_view, trend_scan_view TO stepfree_client;
