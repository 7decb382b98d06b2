-- What monitoring reads of one client, and the scores of the last days, must not read all there is.
CREATE INDEX scan_status_client ON scan_status (client, submitted_at) INCLUDE (status);
CREATE INDEX report_published ON report (published_at);
