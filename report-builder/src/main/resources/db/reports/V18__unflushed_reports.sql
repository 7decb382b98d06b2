-- The reports whose files a power cut may still take, as many in a row as were written together. A row goes once the
-- files are on the disk; one that is left over names what has to be looked at.
CREATE TABLE unflushed (
    number     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The run of report-builder that wrote them.
    writer     uuid        NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    scan_ids   text[]      NOT NULL
);
