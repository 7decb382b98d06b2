-- Behind the same wall as what else is of one client, see V5. Whoever reads for a client has no right to a month by
-- itself, so that none can be read around the policy of the whole.
ALTER TABLE finding ENABLE ROW LEVEL SECURITY;
ALTER TABLE missing_finding ENABLE ROW LEVEL SECURITY;
ALTER TABLE comparison ENABLE ROW LEVEL SECURITY;

CREATE POLICY of_one_client ON finding FOR SELECT TO stepfree_client
    USING (client = current_setting('stepfree.client', true));

CREATE POLICY of_one_client ON missing_finding FOR SELECT TO stepfree_client
    USING (client = current_setting('stepfree.client', true));

CREATE POLICY of_one_client ON comparison FOR SELECT TO stepfree_client
    USING (client = current_setting('stepfree.client', true));

CREATE VIEW finding_view WITH (security_invoker = true) AS
SELECT scan_id, place, completed_at, client, host, url, rule, criteria, impact, kind, fingerprint, target, html, state
  FROM finding;

CREATE VIEW missing_finding_view WITH (security_invoker = true) AS
SELECT scan_id, fingerprint, completed_at, client, state, rule, kind, impact, seen_scan_id, seen_place,
       seen_completed_at, seen_engine
  FROM missing_finding;

CREATE VIEW comparison_view WITH (security_invoker = true) AS
SELECT scan_id, client, completed_at, engine, whole, incomparable, previous_scan_id, found,
       new, newly_observed, persisting, fixed, not_observed, engine_changed
  FROM comparison;

GRANT SELECT ON finding, missing_finding, comparison, finding_view, missing_finding_view, comparison_view
   TO stepfree_client;
