-- The keys that links to reports are signed with, one for each client, made with its first link. Without the row no link
-- of the client works any more, and the next one is signed with another key. It tells nothing by itself that whoever can
-- read it could not read in the tables of reports.
CREATE TABLE link_key (
    client  text        PRIMARY KEY,
    key     bytea       NOT NULL CHECK (octet_length(key) = 32),
    made_at timestamptz NOT NULL DEFAULT now()
);
