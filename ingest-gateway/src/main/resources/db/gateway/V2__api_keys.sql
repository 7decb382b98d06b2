-- Who may ask for something. Of a key itself only its hash is kept, and enough of it for people to tell keys apart.
CREATE TABLE api_keys (
    id           uuid PRIMARY KEY,
    hash         bytea       NOT NULL UNIQUE,
    prefix       text        NOT NULL,
    name         text        NOT NULL,
    client       text        NOT NULL,
    scopes       text[]      NOT NULL,
    plan         text        NOT NULL,
    created_by   text        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz
);

CREATE INDEX api_keys_client ON api_keys (client, name);
