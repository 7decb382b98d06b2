-- Orders to erase a client's data: what they cover is deleted, and is kept out when it comes later. A row stays, as the
-- proof that it was done; it names the client and nothing that it had scanned.
create table erasure (
    id           text primary key,
    client       text        not null,
    request_id   text        not null,
    ordered_by   text        not null,
    reason       text        not null,
    -- What was submitted at this moment or before it is covered.
    ordered_at   timestamptz not null,
    taken_at     timestamptz not null default now(),
    -- How many went, by kind.
    erased       jsonb       not null default '{}',
    -- How many were still there at the last recount, by kind; null before the first.
    remaining    jsonb,
    recounted_at timestamptz,
    -- When a recount has found nothing; null until then.
    done_at      timestamptz
);

create index erasure_client on erasure (client, ordered_at);

create view erasure_view as
select id, client, request_id, ordered_by, reason, ordered_at, taken_at, erased, remaining, recounted_at, done_at
from erasure;
