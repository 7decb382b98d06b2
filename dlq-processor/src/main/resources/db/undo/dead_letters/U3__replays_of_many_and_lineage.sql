-- Replays of many end where they are: what they had chosen is dead again and can be replayed one by one.
update dead_letter set claimed_by = null where claimed_by in (select id from replay);

drop view replay_view, dead_letter_view;

drop table replay_item, replay;

-- What came of an order stays as it was told; only what is told from now on is held to the words of then.
alter table replay_order drop constraint replay_order_outcome_check;
alter table replay_order add constraint replay_order_outcome_check
    check (outcome in ('published', 'unknown_scan', 'already_replayed', 'undecodable')) not valid;

alter table dead_letter
    drop column replay_id,
    drop column next_end,
    drop column next_ended_at;

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
