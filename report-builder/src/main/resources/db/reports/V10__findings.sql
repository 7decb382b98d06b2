-- What was found, over time. One row for each occurrence in a published report, and one for each that was known and is
-- not there any more; both by month, so that what is old goes with its month and not row by row. The months are made by
-- report-builder (FindingMonths): here are none.
CREATE TABLE finding (
    scan_id      text        NOT NULL,
    -- Within the scan, counted down to 0, so that the gravest has the highest.
    place        integer     NOT NULL,
    completed_at timestamptz NOT NULL,
    -- For erasures: what was submitted until the order is covered.
    submitted_at timestamptz NOT NULL,
    client       text        NOT NULL,
    host         text        NOT NULL,
    url          text        NOT NULL,
    -- Equal for scans that can be compared; null where there is nothing to compare with.
    page_key     text,
    rule         text        NOT NULL,
    criteria     text[]      NOT NULL,
    impact       text        NOT NULL,
    kind         text        NOT NULL CHECK (kind IN ('violation', 'needs_review')),
    -- Unique within the scan; null where the worker gave none.
    fingerprint  text,
    target       text[]      NOT NULL,
    html         text        NOT NULL,
    -- Against the last scan of the page; null while it was compared with nothing.
    state        text        CHECK (state IN ('new', 'newly_observed', 'persisting', 'engine_changed')),
    PRIMARY KEY (scan_id, place, completed_at)
) PARTITION BY RANGE (completed_at);

-- A client's findings in the order of the list: all, and by what few of them have. What else they are chosen by is
-- looked at in the rows, a bounded number of them for a page.
CREATE INDEX finding_client ON finding (client, completed_at, scan_id, place);
CREATE INDEX finding_client_rule ON finding (client, rule, completed_at, scan_id, place);
CREATE INDEX finding_client_host ON finding (client, host, completed_at, scan_id, place);
CREATE INDEX finding_client_fingerprint ON finding (client, fingerprint, completed_at, scan_id, place)
    WHERE fingerprint IS NOT NULL;

-- What was known of the page and is not in this scan. Only names: what it looked like is in the finding, if that is
-- still kept.
CREATE TABLE missing_finding (
    scan_id           text        NOT NULL,
    fingerprint       text        NOT NULL,
    completed_at      timestamptz NOT NULL,
    client            text        NOT NULL,
    state             text        NOT NULL CHECK (state IN ('fixed', 'not_observed', 'engine_changed')),
    rule              text        NOT NULL,
    kind              text        NOT NULL,
    impact            text        NOT NULL,
    -- In which scan it was last seen, with which engine, and on which page behind all redirects.
    seen_scan_id      text        NOT NULL,
    seen_place        integer     NOT NULL,
    seen_completed_at timestamptz NOT NULL,
    seen_engine       text        NOT NULL,
    seen_page         text        NOT NULL,
    PRIMARY KEY (scan_id, fingerprint, completed_at)
) PARTITION BY RANGE (completed_at);

-- For an erasure of the scan in which it was seen.
CREATE INDEX missing_finding_seen ON missing_finding (seen_scan_id);

-- One row a report: what is needed of the scan to compare it, with which it was compared, and what came of it.
CREATE TABLE comparison (
    scan_id          text PRIMARY KEY,
    client           text        NOT NULL,
    submitted_at     timestamptz NOT NULL,
    completed_at     timestamptz NOT NULL,
    page_key         text,
    engine           text        NOT NULL,
    -- Host and path of the page that was seen, behind all redirects.
    final_page       text        NOT NULL,
    -- Whether the page was seen whole, and of which rules not all elements are told.
    whole            boolean     NOT NULL,
    cut_rules        text[]      NOT NULL,
    -- Why it was not compared; null when it was, or when it is the first of its page.
    incomparable     text        CHECK (incomparable IN ('suspect', 'secrets', 'unnamed')),
    previous_scan_id text,
    found            integer     NOT NULL,
    new              integer     NOT NULL DEFAULT 0,
    newly_observed   integer     NOT NULL DEFAULT 0,
    persisting       integer     NOT NULL DEFAULT 0,
    fixed            integer     NOT NULL DEFAULT 0,
    not_observed     integer     NOT NULL DEFAULT 0,
    engine_changed   integer     NOT NULL DEFAULT 0
);

-- The scan before and the one after, of a page.
CREATE INDEX comparison_page ON comparison (client, page_key, completed_at, scan_id)
    WHERE page_key IS NOT NULL;
CREATE INDEX comparison_client ON comparison (client, submitted_at);
CREATE INDEX comparison_age ON comparison (completed_at);
