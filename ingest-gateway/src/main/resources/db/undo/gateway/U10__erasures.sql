-- The proofs that something was erased stay, beside.
CREATE TABLE IF NOT EXISTS undone_erasure AS TABLE erasure WITH NO DATA;
INSERT INTO undone_erasure SELECT * FROM erasure;

DROP TABLE erasure;
