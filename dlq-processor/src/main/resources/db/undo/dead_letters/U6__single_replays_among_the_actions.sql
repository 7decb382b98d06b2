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
from operator_action;

drop index replay_order_by_age;
