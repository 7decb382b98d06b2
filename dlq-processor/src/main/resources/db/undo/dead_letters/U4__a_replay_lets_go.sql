-- Told in the nearest words that the version of then knows: nothing was handed on. With their own, the versions between
-- could not be made again.
update replay_order set outcome = 'undecodable' where outcome = 'registry_refused';

alter table replay_order drop constraint replay_order_outcome_check;
alter table replay_order add constraint replay_order_outcome_check check (outcome in (
    'published', 'unknown_scan', 'already_replayed', 'undecodable', 'quarantined', 'discarded', 'purged',
    'in_another_replay', 'not_the_newest_life', 'loop_guard', 'too_large'));
