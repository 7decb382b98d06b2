-- What makes dead letters comparable, and what an operator may say of one beside replaying it.
alter table dead_letter
    -- The message with its numbers, ids, hosts and times abstracted, and the short name of type and pattern together.
    -- Null only in rows of the first version until the service has filled them in.
    add column pattern          text,
    add column pattern_id       text,
    -- Name and version of the engine, as far as an attempt told it.
    add column engine           text,
    add column batch_id         text,
    -- The record of scan.requests that this life of the scan began with, as far as the dead letter tells it.
    add column origin_topic     text,
    add column origin_partition int,
    add column origin_offset    bigint,
    -- Kept out of replays by an operator: quarantined may come back, discarded needs no replay.
    add column set_aside        text check (set_aside in ('quarantined', 'discarded')),
    -- Who last set it aside or released it, why and when.
    add column state_by         text,
    add column state_reason     text,
    add column state_at         timestamptz,
    -- The replay that is about to hand it on; null before and after. While it is there, nothing deletes the row and
    -- nobody sets it aside.
    add column claimed_by       text;

alter table dead_letter
    add column state text not null generated always as (
        case when replayed_at is not null then 'replayed'
             when set_aside is not null then set_aside
             else 'dead' end) stored;

-- One index for each order in which a page is read: an equal value, then newest first, then the name of the row.
drop index dead_letter_by_age;
create index dead_letter_by_age     on dead_letter (died_at desc, scan_id desc, replays desc);
create index dead_letter_by_type    on dead_letter (failure_type, died_at desc, scan_id desc, replays desc);
create index dead_letter_by_host    on dead_letter (host, died_at desc, scan_id desc, replays desc);
create index dead_letter_by_client  on dead_letter (client, died_at desc, scan_id desc, replays desc);
create index dead_letter_by_pattern on dead_letter (pattern_id, died_at desc, scan_id desc, replays desc);
create index dead_letter_by_engine  on dead_letter (engine, died_at desc, scan_id desc, replays desc);
create index dead_letter_by_state   on dead_letter (state, died_at desc, scan_id desc, replays desc);
create index dead_letter_claimed    on dead_letter (claimed_by) where claimed_by is not null;
create index dead_letter_unpatterned on dead_letter (scan_id, replays) where pattern_id is null;

create index replay_order_under_way on replay_order (scan_id, replays) where outcome is null;

-- What an operator ordered beside replays, why, and what came of it. It outlives the dead letters.
create table operator_action (
    command_id  text        primary key,
    request_id  text        not null,
    kind        text        not null check (kind in ('purge', 'quarantine', 'release', 'discard')),
    -- The scan and its life it speaks of; null with a purge.
    scan_id     text,
    replays     int,
    -- What a purge chooses; null with all others.
    filter      jsonb,
    ordered_by  text        not null,
    reason      text        not null,
    ordered_at  timestamptz not null,
    taken_at    timestamptz not null default now(),
    -- Null while a purge is under way.
    outcome     text        check (outcome in ('done', 'unknown_scan', 'purged', 'no_filter', 'already_replayed',
                                               'being_replayed', 'already_so', 'not_set_aside')),
    -- How many dead letters it changed or deleted so far.
    affected    bigint      not null default 0,
    settled_at  timestamptz
);

create index operator_action_by_age on operator_action (ordered_at desc, command_id desc);

-- What a purge deleted: so that a record that comes once more stays deleted, and that the answer is "purged" and not
-- "never heard of". It goes when the record's time on the topic is over.
create table purged_letter (
    scan_id     text        not null,
    replays     int         not null,
    died_at     timestamptz not null,
    command_id  text        not null,
    purged_at   timestamptz not null default now(),
    primary key (scan_id, replays)
);

create index purged_letter_by_age on purged_letter (died_at);

drop view dead_letter_view;

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
       state,
       record,
       topic,
       topic_partition,
       topic_offset,
       pattern,
       pattern_id,
       engine,
       batch_id,
       origin_topic,
       origin_partition,
       origin_offset,
       state_by,
       state_reason,
       state_at,
       replayed_at,
       claimed_by
from dead_letter;

create view purged_letter_view as
select purged_letter.scan_id,
       purged_letter.replays,
       purged_letter.purged_at,
       purged_letter.command_id,
       operator_action.ordered_by,
       operator_action.reason
from purged_letter
join operator_action using (command_id);

create view operator_action_view as
select command_id,
       request_id,
       kind,
       scan_id,
       replays,
       filter,
       ordered_by,
       reason,
       ordered_at,
       outcome,
       affected,
       settled_at
from operator_action;
