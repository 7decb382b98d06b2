-- Where a replayed dead letter went and what became of it.
alter table dead_letter
    -- The replay, or the order of a single one, that handed it on.
    add column replay_id     text,
    -- How the next life of the scan ended; null while it goes on, or while the dead letter is dead.
    add column next_end      text check (next_end in ('completed', 'died', 'cancelled')),
    add column next_ended_at timestamptz;

alter table replay_order drop constraint replay_order_outcome_check;
alter table replay_order add constraint replay_order_outcome_check check (outcome in (
    'published', 'unknown_scan', 'already_replayed', 'undecodable', 'quarantined', 'discarded', 'purged',
    'in_another_replay', 'not_the_newest_life', 'loop_guard', 'too_large'));

-- A replay of many: who ordered it, why, what, and how it ended. It outlives the dead letters.
create table replay (
    id            text        primary key,
    request_id    text        not null,
    ordered_by    text        not null,
    reason        text        not null,
    ordered_at    timestamptz not null,
    taken_at      timestamptz not null default now(),
    -- The order itself, for people and for the driver.
    plan          jsonb       not null,
    state         text        not null check (state in ('choosing', 'canary', 'waiting_for_canary', 'running',
                                                        'stopped', 'completed', 'failed', 'dry_run')),
    -- How many dead letters were chosen in all; null before the choice. Each of them has a replay_item, but those that
    -- could not be read, and all of a dry run.
    chosen        int,
    -- Chosen and left alone, by reason: all of a dry run, and otherwise those that have no replay_item.
    left_alone    jsonb       not null default '{}',
    -- The first of those that go, for people; with a dry run only.
    sample        jsonb,
    canary_size   int         not null default 0,
    canary        text        check (canary in ('passed', 'failed', 'overdue')),
    -- When the driver is to look at it again, which keeps the rate over restarts and over instances.
    next_at       timestamptz not null default now(),
    -- Until when the ends of the canary, or of the last scans, are waited for.
    waits_until   timestamptz,
    started_at    timestamptz,
    ended_at      timestamptz,
    -- One sentence: how it ended, or why it stands still.
    ending        text
);

create index replay_by_age on replay (ordered_at desc, id desc);
create index replay_active on replay (next_at) where state in ('choosing', 'canary', 'waiting_for_canary', 'running');

-- One dead letter in one replay. "held" is chosen, but not claimed: the replay stands still.
create table replay_item (
    replay_id    text        not null references replay,
    scan_id      text        not null,
    replays      int         not null,
    ordinal      int         not null,
    state        text        not null check (state in ('held', 'pending', 'published', 'skipped',
                                                       'completed', 'died', 'cancelled')),
    -- Why it was skipped.
    reason       text,
    published_at timestamptz,
    ended_at     timestamptz,
    primary key (replay_id, scan_id, replays)
);

create index replay_item_next on replay_item (replay_id, ordinal) where state = 'pending';
create index replay_item_count on replay_item (replay_id, state, reason);

-- chosen = published + skipped + waiting; published = completed + died_again + cancelled + under_way.
create view replay_view as
select replay.id,
       replay.request_id,
       replay.ordered_by,
       replay.reason,
       replay.ordered_at,
       replay.plan,
       replay.state,
       replay.chosen,
       coalesce(item.published, 0)   as published,
       coalesce(item.completed, 0)   as completed,
       coalesce(item.died_again, 0)  as died_again,
       coalesce(item.cancelled, 0)   as cancelled,
       coalesce(item.under_way, 0)   as under_way,
       coalesce(item.waiting, 0)     as waiting,
       (select coalesce(jsonb_object_agg(reason, count), '{}') || replay.left_alone
        from (select reason, count(*)
              from replay_item
              where replay_id = replay.id and replay_item.state = 'skipped'
              group by reason) reasons) as skipped,
       replay.sample,
       replay.canary_size,
       replay.canary,
       replay.started_at,
       replay.ended_at,
       replay.ending
from replay
left join lateral (
    select count(*) filter (where replay_item.state in ('published', 'completed', 'died', 'cancelled')) as published,
           count(*) filter (where replay_item.state = 'completed')             as completed,
           count(*) filter (where replay_item.state = 'died')                  as died_again,
           count(*) filter (where replay_item.state = 'cancelled')             as cancelled,
           count(*) filter (where replay_item.state = 'published')             as under_way,
           count(*) filter (where replay_item.state in ('held', 'pending'))    as waiting
    from replay_item
    where replay_id = replay.id) item on true;

create or replace view dead_letter_view as
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
       claimed_by,
       replay_id,
       next_end,
       next_ended_at
from dead_letter;
