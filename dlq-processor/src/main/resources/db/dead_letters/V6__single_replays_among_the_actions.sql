create index replay_order_by_age on replay_order (ordered_at desc, command_id desc);

-- Everything that an operator ordered of single dead letters, and purges. A replay that was handed on is "published".
create or replace view operator_action_view as
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
from operator_action
union all
select command_id,
       request_id,
       'replay',
       scan_id,
       replays,
       null::jsonb,
       ordered_by,
       reason,
       ordered_at,
       outcome,
       (case when outcome = 'published' then 1 else 0 end)::bigint,
       settled_at
from replay_order;
