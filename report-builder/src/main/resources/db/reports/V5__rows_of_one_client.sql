-- A second wall between clients, behind the first one in every statement: who reads for a client does so as the role
-- stepfree_client, which sees the rows of the client that stepfree.client names, and nothing when it names none.
-- The owner of the tables, who writes and reads for all, is not bound. See docs/adr/0016.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'stepfree_client') THEN
        CREATE ROLE stepfree_client NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN
        NULL;
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'The role stepfree_client is missing and % may not make it', current_user
            USING HINT = 'As a superuser: CREATE ROLE stepfree_client NOLOGIN; GRANT stepfree_client TO ' || current_user;
END
$$;

-- Whoever is no superuser has to be a member to take the role on.
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'stepfree_client', 'SET') THEN
        EXECUTE format('GRANT stepfree_client TO %I', current_user);
    END IF;
END
$$;

ALTER TABLE scan_status ENABLE ROW LEVEL SECURITY;
ALTER TABLE report ENABLE ROW LEVEL SECURITY;
ALTER TABLE batch_status ENABLE ROW LEVEL SECURITY;

CREATE POLICY of_one_client ON scan_status FOR SELECT TO stepfree_client
    USING (client = current_setting('stepfree.client', true));

CREATE POLICY of_one_client ON batch_status FOR SELECT TO stepfree_client
    USING (client = current_setting('stepfree.client', true));

-- A report is whose scan it is; the policy above stands before the scans here, too.
CREATE POLICY of_one_client ON report FOR SELECT TO stepfree_client
    USING (EXISTS (SELECT FROM scan_status WHERE scan_status.scan_id = report.scan_id));

-- Views are read as who asks, or the policies would ask their owner, whom they do not bind.
ALTER VIEW scan_status_view SET (security_invoker = true);
ALTER VIEW report_view SET (security_invoker = true);
ALTER VIEW batch_view SET (security_invoker = true);

DO $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO stepfree_client', current_schema());
END
$$;

GRANT SELECT ON scan_status, report, batch_status, scan_status_view, report_view, batch_view TO stepfree_client;
