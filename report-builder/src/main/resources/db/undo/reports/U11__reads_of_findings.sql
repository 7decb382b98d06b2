DROP VIEW finding_view, missing_finding_view, comparison_view;

DROP POLICY of_one_client ON finding;
DROP POLICY of_one_client ON missing_finding;
DROP POLICY of_one_client ON comparison;
ALTER TABLE finding DISABLE ROW LEVEL SECURITY;
ALTER TABLE missing_finding DISABLE ROW LEVEL SECURITY;
ALTER TABLE comparison DISABLE ROW LEVEL SECURITY;
REVOKE SELECT ON finding, missing_finding, comparison FROM stepfree_client;
