-- When a schedule is to be looked at next, in the columns that db-scheduler keeps. Each row is an alarm and nothing more:
-- what is due is said by the table below.
CREATE TABLE scheduled_tasks (
    task_name            text        NOT NULL,
    task_instance        text        NOT NULL,
    task_data            bytea,
    execution_time       timestamptz NOT NULL,
    picked               boolean     NOT NULL,
    picked_by            text,
    last_success         timestamptz,
    last_failure         timestamptz,
    consecutive_failures int,
    last_heartbeat       timestamptz,
    version              bigint      NOT NULL,
    priority             smallint,
    PRIMARY KEY (task_name, task_instance)
);

CREATE INDEX scheduled_tasks_execution_time ON scheduled_tasks (execution_time);
CREATE INDEX scheduled_tasks_last_heartbeat ON scheduled_tasks (last_heartbeat);

-- What clients want scanned again and again. What they ask for is kept as they wrote it, and sealed as a whole where it
-- holds headers, cookies, credentials or typed texts.
CREATE TABLE schedules (
    id           uuid PRIMARY KEY,
    client       text        NOT NULL,
    name         text        NOT NULL,
    cron         text        NOT NULL,
    zone         text        NOT NULL,
    plan         text        NOT NULL,
    made_by      text        NOT NULL,
    made_at      timestamptz NOT NULL DEFAULT now(),
    pages        integer     NOT NULL,
    first_url    text        NOT NULL,
    order_text   text,
    order_sealed bytea,
    order_key    text,
    paused       boolean     NOT NULL DEFAULT false,
    next_at      timestamptz NOT NULL, -- the time that is to be done next, also while that is being tried
    last_run     jsonb,
    UNIQUE (client, name),
    CHECK ((order_text IS NULL) = (order_sealed IS NOT NULL)),
    CHECK ((order_key IS NULL) = (order_sealed IS NULL))
);

-- The second wall between clients, as report-builder has it: see docs/adr/0016. Whichever service is first makes the role.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'stepfree_client') THEN
        CREATE ROLE stepfree_client NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN
        NULL;
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'The role stepfree_client is missing and % may not make it', current_user
            USING HINT = 'As a superuser: CREATE ROLE stepfree_client NOLOGIN; GRANT stepfree_client TO ' || current_user;
END
$$;

DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'stepfree_client', 'SET') THEN
        EXECUTE format('GRANT stepfree_client TO %I', current_user);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO stepfree_client', current_schema());
END
$$;

ALTER TABLE schedules ENABLE ROW LEVEL SECURITY;

CREATE POLICY of_one_client ON schedules FOR SELECT TO stepfree_client
    USING (client = current_setting('stepfree.client', true));

-- Not what they ask for.
GRANT SELECT (id, client, name, cron, zone, made_by, made_at, pages, first_url, paused, next_at, last_run)
    ON schedules TO stepfree_client;
