-- The role stays: the gateway's tables know it, too.
REVOKE SELECT ON scan_status, report, batch_status, scan_status_view, report_view, batch_view FROM stepfree_client;
REVOKE USAGE ON SCHEMA reports FROM stepfree_client;

ALTER VIEW scan_status_view RESET (security_invoker);
ALTER VIEW report_view RESET (security_invoker);
ALTER VIEW batch_view RESET (security_invoker);

DROP POLICY of_one_client ON scan_status;
DROP POLICY of_one_client ON report;
DROP POLICY of_one_client ON batch_status;
ALTER TABLE scan_status DISABLE ROW LEVEL SECURITY;
ALTER TABLE report DISABLE ROW LEVEL SECURITY;
ALTER TABLE batch_status DISABLE ROW LEVEL SECURITY;
