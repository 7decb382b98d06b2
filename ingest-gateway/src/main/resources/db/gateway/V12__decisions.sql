-- What clients have decided of findings: one of a fingerprint, or of all of a rule on a host, perhaps at one selector.
-- One decision for each of these; the id is made of it, so that the same one again takes its place.
CREATE TABLE decisions (
    id          uuid PRIMARY KEY,
    client      text        NOT NULL,
    decision    text        NOT NULL CHECK (decision IN ('accepted', 'ignored')),
    fingerprint text,
    rule        text,
    host        text,
    selector    text,
    reason      text        NOT NULL,
    until       timestamptz,
    decided_by  text        NOT NULL,
    decided_at  timestamptz NOT NULL DEFAULT now(),
    CHECK ((fingerprint IS NULL) = (rule IS NOT NULL AND host IS NOT NULL)),
    CHECK (fingerprint IS NULL OR selector IS NULL)
);

CREATE INDEX decisions_client ON decisions (client, decided_at);

-- The second wall between clients, see V6.
ALTER TABLE decisions ENABLE ROW LEVEL SECURITY;

CREATE POLICY of_one_client ON decisions FOR SELECT TO stepfree_client
    USING (client = current_setting('stepfree.client', true));

GRANT SELECT ON decisions TO stepfree_client;
