-- Which report answers a scan that asks for the same as an earlier one. The key is made of client, page, standard and
-- options; scans with secrets have none, nor have reports from before. The newest of a key is read, whose page was seen
-- last.
ALTER TABLE report
    ADD COLUMN repeat_key   text,
    ADD COLUMN completed_at timestamptz;

CREATE INDEX report_repeat ON report (repeat_key, completed_at DESC) WHERE repeat_key IS NOT NULL;

-- Read as who asks; a view that is replaced would forget it.
CREATE OR REPLACE VIEW report_view WITH (security_invoker = true) AS
SELECT scan_id, document, html_file, json_file, published_at, repeat_key, completed_at
  FROM report;
