-- Who changed what. Rows are added and never changed; they may be deleted once they are old, and not before, whoever asks.
CREATE TABLE audit_log (
    id         uuid        PRIMARY KEY,
    at         timestamptz NOT NULL,
    client     text        NOT NULL,
    caller     text        NOT NULL, -- the name and the first letters of the key, or the token
    action     text        NOT NULL, -- method and route
    target     text        NOT NULL, -- path and query as they were asked
    made       text,                 -- where what was made can be found
    status     int         NOT NULL,
    request_id text        NOT NULL
);

CREATE INDEX audit_log_at ON audit_log (at, id);
CREATE INDEX audit_log_client ON audit_log (client, at, id);
CREATE INDEX audit_log_action ON audit_log (action, at, id);

CREATE FUNCTION audit_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '90 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log cannot be changed, and nothing of the last 90 days be deleted'
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_log_stays BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_log_stays();
CREATE TRIGGER audit_log_stays_whole BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_stays();
