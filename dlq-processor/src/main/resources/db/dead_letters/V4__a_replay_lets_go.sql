alter table replay_order drop constraint replay_order_outcome_check;
alter table replay_order add constraint replay_order_outcome_check check (outcome in (
    'published', 'unknown_scan', 'already_replayed', 'undecodable', 'quarantined', 'discarded', 'purged',
    'in_another_replay', 'not_the_newest_life', 'loop_guard', 'too_large', 'registry_refused'));

-- Replays that ended before they let go of what they had left alone.
update dead_letter set claimed_by = null
where claimed_by in (select id from replay where state in ('stopped', 'completed', 'failed', 'dry_run'));
