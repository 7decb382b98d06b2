-- What died and could be read. Replays go on with the same scan id, so each life of a scan has its own row.
create table dead_letter (
    scan_id         text        not null,
    replays         int         not null,
    request_id      text        not null,
    client          text        not null,
    url             text        not null,
    host            text        not null,
    -- The last attempt's failure; all of them are in "record".
    failure_type    text        not null,
    message         text        not null,
    http_status     int,
    cause           text        not null,
    -- How many attempts this life of the scan has used.
    attempts        int         not null,
    died_at         timestamptz not null,
    -- The whole dead letter for people and queries ...
    record          jsonb       not null,
    -- ... and byte for byte as it came, from which a replay is made.
    payload         bytea       not null,
    topic           text        not null,
    topic_partition int         not null,
    topic_offset    bigint      not null,
    indexed_at      timestamptz not null default now(),
    -- When a replay of this life was handed on; null while it is dead.
    replayed_at     timestamptz,
    primary key (scan_id, replays)
);

create index dead_letter_by_age on dead_letter (died_at desc, scan_id, replays);

create view dead_letter_view as
select scan_id,
       replays,
       request_id,
       client,
       url,
       host,
       failure_type,
       message,
       http_status,
       cause,
       attempts,
       died_at,
       case when replayed_at is null then 'dead' else 'replayed' end as state,
       record,
       topic,
       topic_partition,
       topic_offset
from dead_letter;

-- What could not be read at all, named by the place it was first met at. The same record is kept once, however many
-- readers stumble over it.
create table unreadable (
    id              bigint      generated always as identity primary key,
    topic           text        not null,
    topic_partition int         not null,
    topic_offset    bigint      not null,
    kept_at         timestamptz not null default now(),
    error           text        not null,
    key             bytea,
    value           bytea,
    -- Headers in their order; a name may come more than once and a value may be null.
    header_names    bytea[]     not null,
    header_values   bytea[]     not null,
    unique (topic, topic_partition, topic_offset)
);

create view unreadable_view as
select id,
       topic,
       topic_partition,
       topic_offset,
       kept_at,
       error,
       coalesce(octet_length(value), 0) as size_bytes
from unreadable;

-- Who ordered which replay, why, and what came of it. It has no foreign key: it outlives the dead letters.
create table replay_order (
    command_id  text        primary key,
    request_id  text        not null,
    scan_id     text,
    -- Which life of the scan was chosen; null when none could be.
    replays     int,
    ordered_by  text        not null,
    reason      text        not null,
    ordered_at  timestamptz not null,
    taken_at    timestamptz not null default now(),
    -- Null from the choice until the replay was handed on.
    outcome     text        check (outcome in ('published', 'unknown_scan', 'already_replayed', 'undecodable')),
    settled_at  timestamptz
);
