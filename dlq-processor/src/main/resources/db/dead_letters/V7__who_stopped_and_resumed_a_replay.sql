-- Every stop and resume of a replay that had an effect; the sentence of its end tells only the last one.
create table replay_step (
    id         bigint      generated always as identity primary key,
    replay_id  text        not null references replay,
    kind       text        not null check (kind in ('stopped', 'resumed')),
    -- The order, which so has its effect once; null for what the replay did by itself.
    command_id text        unique,
    -- Who, or "canary".
    done_by    text        not null,
    reason     text        not null,
    done_at    timestamptz not null default clock_timestamp()
);

create index replay_step_by_replay on replay_step (replay_id, id);

-- chosen = published + skipped + waiting; published = completed + died_again + cancelled + under_way.
create or replace view replay_view as
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
       replay.ending,
       (select coalesce(jsonb_agg(jsonb_build_object(
                   'kind', kind,
                   'by', done_by,
                   'reason', replay_step.reason,
                   'at', to_char(done_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by replay_step.id),
               '[]')
        from replay_step
        where replay_id = replay.id) as steps
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
