-- The proofs that something was erased stay, beside. The version of then does not know which scans were erased: it
-- takes up what comes late of them.
CREATE TABLE IF NOT EXISTS undone_erasure AS TABLE erasure WITH NO DATA;
INSERT INTO undone_erasure SELECT * FROM erasure;

DROP VIEW erasure_view;
DROP TABLE erasure, erased_scan;

DROP INDEX report_client;
ALTER TABLE report
    DROP COLUMN client,
    DROP COLUMN submitted_at;
