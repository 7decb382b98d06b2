-- What was remembered stays, beside; but nothing guards the copy, and nothing ages it: both are for its operator.
CREATE TABLE IF NOT EXISTS undone_audit_log AS TABLE audit_log WITH NO DATA;
INSERT INTO undone_audit_log SELECT * FROM audit_log;

DROP TABLE audit_log;
DROP FUNCTION audit_log_stays();
