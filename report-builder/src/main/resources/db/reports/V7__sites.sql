-- How far each site is, as last told on site.events.
CREATE TABLE site_status (
    site_id      text PRIMARY KEY,
    client       text        NOT NULL,
    -- What clients see of it.
    document     jsonb       NOT NULL,
    told_at      timestamptz NOT NULL,
    -- Where it was told: what comes later on a partition is newer, whatever the clocks say.
    event_offset bigint      NOT NULL
);

-- Behind the same wall as what else is of one client, see V5.
ALTER TABLE site_status ENABLE ROW LEVEL SECURITY;

CREATE POLICY of_one_client ON site_status FOR SELECT TO stepfree_client
    USING (client = current_setting('stepfree.client', true));

CREATE VIEW site_view WITH (security_invoker = true) AS
SELECT site_id, client, document, told_at
  FROM site_status;

GRANT SELECT ON site_status, site_view TO stepfree_client;
