-- The key that the cursors of lists are signed with where none is set: one for all gateways, made by the first that needs
-- it. Without the row the next one makes another, and cursors from before are refused.
CREATE TABLE cursor_key (
    one     boolean     PRIMARY KEY DEFAULT true CHECK (one),
    key     bytea       NOT NULL CHECK (octet_length(key) = 32),
    made_at timestamptz NOT NULL DEFAULT now()
);
