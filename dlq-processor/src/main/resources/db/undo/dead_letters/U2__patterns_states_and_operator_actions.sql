-- What was set aside is dead again, and what was purged is not known any more and comes back with its record.
drop view dead_letter_view, purged_letter_view, operator_action_view;

drop table operator_action, purged_letter;
drop index replay_order_under_way;

-- Their indexes go with the columns.
alter table dead_letter
    drop column state,
    drop column pattern,
    drop column pattern_id,
    drop column engine,
    drop column batch_id,
    drop column origin_topic,
    drop column origin_partition,
    drop column origin_offset,
    drop column set_aside,
    drop column state_by,
    drop column state_reason,
    drop column state_at,
    drop column claimed_by;

drop index dead_letter_by_age, dead_letter_by_type, dead_letter_by_host, dead_letter_by_client;
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
