drop index replay_item_open;
alter table replay_item drop column last_attempt;
