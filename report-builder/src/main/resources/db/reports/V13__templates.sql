-- How the page of a finding is built, so that those of pages made from one template can be asked for together. Null where
-- the worker did not tell, and in all rows from before.
ALTER TABLE finding ADD COLUMN template text;
ALTER TABLE comparison ADD COLUMN template text;

-- A view takes new columns at its end only.
CREATE OR REPLACE VIEW finding_view WITH (security_invoker = true) AS
SELECT scan_id, place, completed_at, client, host, url, rule, criteria, impact, kind, fingerprint, target, html, state,
       template
  FROM finding;

CREATE OR REPLACE VIEW comparison_view WITH (security_invoker = true) AS
SELECT scan_id, client, completed_at, engine, whole, incomparable, previous_scan_id, found,
       new, newly_observed, persisting, fixed, not_observed, engine_changed, template
  FROM comparison;
