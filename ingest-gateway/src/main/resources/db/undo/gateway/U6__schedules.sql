-- The role stays: the tables of reports know it, too.
REVOKE USAGE ON SCHEMA gateway FROM stepfree_client;

DROP TABLE schedules, scheduled_tasks;
