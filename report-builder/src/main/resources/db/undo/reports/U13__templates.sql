-- A view gives no column up; it is made anew, and what may be read with it.
DROP VIEW finding_view, comparison_view;

ALTER TABLE finding DROP COLUMN template;
ALTER TABLE comparison DROP COLUMN template;

CREATE VIEW finding_view WITH (security_invoker = true) AS
SELECT scan_id, place, completed_at, client, host, url, rule, criteria, impact, kind, fingerprint, target, html, state
  FROM finding;

CREATE VIEW comparison_view WITH (security_invoker = true) AS
SELECT scan_id, client, completed_at, engine, whole, incomparable, previous_scan_id, found,
       new, newly_observed, persisting, fixed, not_observed, engine_changed
  FROM comparison;

GRANT SELECT ON finding_view, comparison_view TO stepfree_client;
