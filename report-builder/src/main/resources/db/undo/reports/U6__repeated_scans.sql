-- A view gives no column up; it is made anew, and what may be read with it.
DROP VIEW report_view;

DROP INDEX report_repeat;
ALTER TABLE report
    DROP COLUMN repeat_key,
    DROP COLUMN completed_at;

CREATE VIEW report_view WITH (security_invoker = true) AS
SELECT scan_id, document, html_file, json_file, published_at
  FROM report;

GRANT SELECT ON report_view TO stepfree_client;
