-- By itself, so that whoever reads does not wait while PostgreSQL goes through what is there; whoever writes does.
CREATE INDEX finding_client_template ON finding (client, template, completed_at, scan_id, place)
    WHERE template IS NOT NULL;
