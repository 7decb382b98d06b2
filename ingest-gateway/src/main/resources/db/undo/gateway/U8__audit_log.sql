-- Nothing of the last 90 days may be deleted, whoever asks: what was remembered stays, beside.
CREATE TABLE IF NOT EXISTS undone_audit_log AS TABLE audit_log WITH NO DATA;
INSERT INTO undone_audit_log SELECT * FROM audit_log;

DROP TABLE audit_log;
DROP FUNCTION audit_log_stays();
