-- A view gives no column up; it is made anew.
drop view replay_view;

drop table replay_step;

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
