-- How what is found of a client goes up and down: what each report is counted with, and the counts of days, weeks and
-- months. Counted again whenever something behind them changed, never added up, so that doing it twice changes nothing.

-- One row a report, as long as it is compared. What can be said of a page only by its report, which is a megabyte.
CREATE TABLE trend_scan (
    scan_id      text PRIMARY KEY REFERENCES comparison ON DELETE CASCADE,
    client       text        NOT NULL,
    host         text        NOT NULL,
    url          text        NOT NULL,
    -- An address may be longer than an index takes.
    page         text        NOT NULL GENERATED ALWAYS AS (md5(url)) STORED,
    -- Looks at the same page in the same way; only the last of them counts. Of those that are compared with nothing, the
    -- address.
    look         text        NOT NULL,
    submitted_at timestamptz NOT NULL,
    completed_at timestamptz NOT NULL,
    -- False where it may not have been the page.
    seen         boolean     NOT NULL,
    -- False where a part of it may not have been looked at: what is not found there is not known to be right.
    whole        boolean     NOT NULL,
    score        integer,
    -- The rules that are violated, each with all of its places, also those that the report leaves out.
    rules        text[]      NOT NULL,
    occurrences  bigint[]    NOT NULL
);

CREATE INDEX trend_scan_site ON trend_scan (client, host, completed_at);
CREATE INDEX trend_scan_page ON trend_scan (client, page, completed_at);

-- One row for each site and day, week or month in which a scan of it ended, with the rule '', and one for each rule that
-- was violated or mended then. Times are UTC, weeks begin on Mondays.
CREATE TABLE trend (
    client             text        NOT NULL,
    bucket             text        NOT NULL CHECK (bucket IN ('day', 'week', 'month')),
    rule               text        NOT NULL,
    begins             timestamptz NOT NULL,
    host               text        NOT NULL,
    -- Sums are of what pages brought, and may be more than an integer holds.
    scans              bigint      NOT NULL,
    -- Of a rule, those on which it was violated; none of them is not seen.
    pages_seen         bigint      NOT NULL,
    -- Those of pages_seen of which the look that counts may have left something out; of a rule, 0.
    pages_seen_in_part bigint      NOT NULL,
    pages_not_seen     bigint      NOT NULL,
    -- What stood at the last look at each page within the time, the last at the whole page where there is one.
    issues             bigint      NOT NULL,
    occurrences        bigint      NOT NULL,
    -- What the comparisons of all scans within the time told of violations, added up.
    new                bigint      NOT NULL,
    fixed              bigint      NOT NULL,
    persisting         bigint      NOT NULL,
    -- The scores of the last looks, each with how often it was given.
    scores             integer[]   NOT NULL,
    score_counts       bigint[]    NOT NULL,
    PRIMARY KEY (client, bucket, rule, begins, host)
);

CREATE INDEX trend_site ON trend (client, bucket, host, begins);

-- Days of a site that have to be counted again. A row is only ever added, so that no writer waits for another; whoever
-- counts takes all of a site at once.
CREATE TABLE trend_due (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client text NOT NULL,
    host   text NOT NULL,
    day    date NOT NULL
);

CREATE INDEX trend_due_site ON trend_due (client, host);

-- Reports, comparisons that are made anew, erasures, the keeping and dead letters all change what is counted. Each has
-- its own statements; a trigger forgets none of them, and is in their transaction.
CREATE FUNCTION trend_scans_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO %I.trend_due (client, host, day)
                    SELECT DISTINCT client, host, CAST(completed_at AT TIME ZONE ''UTC'' AS date) FROM changed',
                   TG_TABLE_SCHEMA);
    RETURN NULL;
END
$$;

CREATE TRIGGER trend_scans_added AFTER INSERT ON trend_scan
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION trend_scans_changed();

CREATE TRIGGER trend_scans_removed AFTER DELETE ON trend_scan
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION trend_scans_changed();

CREATE FUNCTION comparison_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO %1$I.trend_due (client, host, day)
                    SELECT client, host, CAST(completed_at AT TIME ZONE ''UTC'' AS date)
                      FROM %1$I.trend_scan WHERE scan_id = $1',
                   TG_TABLE_SCHEMA)
      USING NEW.scan_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER comparison_made_anew AFTER UPDATE ON comparison
    FOR EACH ROW EXECUTE FUNCTION comparison_changed();

CREATE FUNCTION dead_scan_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Where it was dead as well as where it is.
    EXECUTE format('INSERT INTO %I.trend_due (client, host, day)
                    SELECT DISTINCT client, host, CAST(updated_at AT TIME ZONE ''UTC'' AS date)
                      FROM (VALUES ($1, $2, $3, $4), ($5, $6, $7, $8)) AS told (status, client, host, updated_at)
                     WHERE status = ''dead_lettered'' AND client IS NOT NULL AND host IS NOT NULL',
                   TG_TABLE_SCHEMA)
      USING OLD.status, OLD.client, OLD.host, OLD.updated_at, NEW.status, NEW.client, NEW.host, NEW.updated_at;
    RETURN NULL;
END
$$;

CREATE TRIGGER dead_scan_told AFTER INSERT ON scan_status
    FOR EACH ROW WHEN (NEW.status = 'dead_lettered') EXECUTE FUNCTION dead_scan_changed();

CREATE TRIGGER dead_scan_turned AFTER UPDATE ON scan_status
    FOR EACH ROW WHEN ((OLD.status = 'dead_lettered' OR NEW.status = 'dead_lettered')
                       AND (OLD.status, OLD.client, OLD.host, OLD.url, OLD.updated_at)
                           IS DISTINCT FROM (NEW.status, NEW.client, NEW.host, NEW.url, NEW.updated_at))
    EXECUTE FUNCTION dead_scan_changed();

CREATE TRIGGER dead_scan_removed AFTER DELETE ON scan_status
    FOR EACH ROW WHEN (OLD.status = 'dead_lettered') EXECUTE FUNCTION dead_scan_changed();

CREATE INDEX scan_status_dead ON scan_status (client, host, updated_at) WHERE status = 'dead_lettered';

-- Behind the same wall as what else is of one client, see V5.
ALTER TABLE trend_scan ENABLE ROW LEVEL SECURITY;
ALTER TABLE trend ENABLE ROW LEVEL SECURITY;
ALTER TABLE trend_due ENABLE ROW LEVEL SECURITY;

CREATE POLICY of_one_client ON trend_scan FOR SELECT TO stepfree_client
    USING (client = current_setting('stepfree.client', true));

CREATE POLICY of_one_client ON trend FOR SELECT TO stepfree_client
    USING (client = current_setting('stepfree.client', true));

CREATE VIEW trend_scan_view WITH (security_invoker = true) AS
SELECT scan_id, client, url, page, look, completed_at, seen, whole, score, rules, occurrences
  FROM trend_scan;

CREATE VIEW trend_view WITH (security_invoker = true) AS
SELECT client, bucket, rule, begins, host, scans, pages_seen, pages_seen_in_part, pages_not_seen, issues,
       occurrences, new, fixed, persisting, scores, score_counts
  FROM trend;

GRANT SELECT ON trend_scan, trend, trend_scan_view, trend_view TO stepfree_client;
