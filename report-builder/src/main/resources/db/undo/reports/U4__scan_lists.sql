-- A view gives no column up; it is made anew.
DROP VIEW scan_status_view;

DROP INDEX scan_status_submitted, scan_status_client, scan_status_client_status, scan_status_client_host,
    scan_status_client_batch;

ALTER TABLE scan_status
    DROP COLUMN batch_id,
    DROP COLUMN score;

CREATE INDEX scan_status_newest ON scan_status (submitted_at DESC NULLS LAST, scan_id DESC);
CREATE INDEX scan_status_client ON scan_status (client, submitted_at) INCLUDE (status);

CREATE VIEW scan_status_view AS
SELECT scan_id, request_id, client, url, host, standard, priority, status, attempt,
       submitted_at, updated_at, next_attempt_at, failure
  FROM scan_status;
