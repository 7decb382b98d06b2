-- The number of the last attempt before the replay. With it an end finds the item that it belongs to, also when the
-- dead letter has been purged since; null until the item goes.
alter table replay_item add column last_attempt int;

update replay_item
set last_attempt = coalesce((select max((failure ->> 'attempt')::int)
                             from jsonb_array_elements(dead_letter.record -> 'failures') failure),
                            (dead_letter.record -> 'request' ->> 'earlierAttempts')::int)
from dead_letter
where replay_item.state = 'published'
  and dead_letter.scan_id = replay_item.scan_id and dead_letter.replays = replay_item.replays;

create index replay_item_open on replay_item (scan_id, replays) where state in ('pending', 'published');
