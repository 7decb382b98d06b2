-- What a client chooses its scans by, in lists that are read page by page.
--
-- The score is the report's and stands in the scan's row all the same. A page is read along one index, which is in the
-- order of the list and holds what is chosen, so that the first page costs what the ten thousandth does: as many rows as
-- it shows. Joined from the report, a score is known only once the document was read, which is why a page would read the
-- documents of all the scans that it passes over.
ALTER TABLE scan_status
    ADD COLUMN batch_id text,
    ADD COLUMN score    integer;

-- Scans from before get the score of their report. Which batch they are part of was told when they were accepted, and
-- was not kept.
UPDATE scan_status
   SET score = round((report.document ->> 'score')::numeric)::integer
  FROM report
 WHERE report.scan_id = scan_status.scan_id AND jsonb_typeof(report.document -> 'score') = 'number';

-- Nobody lists the scans of all clients; what counts those of some days needs no order.
DROP INDEX scan_status_newest;
CREATE INDEX scan_status_submitted ON scan_status (submitted_at);

-- The list of a client. The score is looked at in the index, before the row is.
DROP INDEX scan_status_client;
CREATE INDEX scan_status_client ON scan_status (client, submitted_at DESC NULLS LAST, scan_id DESC, score);

-- The same for what few of a client's scans may have, so that a page need not pass over all the others. The first also
-- has all that is counted of a client's scans.
CREATE INDEX scan_status_client_status ON scan_status (client, status, submitted_at DESC NULLS LAST, scan_id DESC);
CREATE INDEX scan_status_client_host ON scan_status (client, host, submitted_at DESC NULLS LAST, scan_id DESC);
CREATE INDEX scan_status_client_batch ON scan_status (client, batch_id, submitted_at DESC NULLS LAST, scan_id DESC)
    WHERE batch_id IS NOT NULL;

CREATE OR REPLACE VIEW scan_status_view AS
SELECT scan_id, request_id, client, url, host, standard, priority, status, attempt,
       submitted_at, updated_at, next_attempt_at, failure, batch_id, score
  FROM scan_status;
