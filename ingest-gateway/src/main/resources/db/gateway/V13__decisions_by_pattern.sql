-- Decisions of more than one finding of a rule on a host: by any of rule, criterion, host, path and selector together,
-- host and path with * for anything. They are in columns of their own, so that a gateway of the version before, which
-- would take a part of such a pattern for all of it, makes nothing of them. And findings may be somebody's to mend.
ALTER TABLE decisions
    ADD COLUMN assignee          text,
    ADD COLUMN pattern_rule      text,
    ADD COLUMN pattern_criterion text,
    ADD COLUMN pattern_host      text,
    ADD COLUMN pattern_path      text,
    ADD COLUMN pattern_selector  text,
    ADD COLUMN selector_prefix   text,
    DROP CONSTRAINT decisions_decision_check,
    DROP CONSTRAINT decisions_check,
    ADD CONSTRAINT decisions_decision_check CHECK (decision IN ('accepted', 'ignored', 'assigned')),
    -- Not the other way round: a gateway of the version before leaves the assignee when it decides otherwise.
    ADD CONSTRAINT decisions_assignee_check CHECK (decision <> 'assigned' OR assignee IS NOT NULL),
    ADD CONSTRAINT decisions_subject_check CHECK (
        CASE WHEN fingerprint IS NOT NULL THEN 1 ELSE 0 END
      + CASE WHEN rule IS NOT NULL AND host IS NOT NULL THEN 1 ELSE 0 END
      + CASE WHEN num_nonnulls(pattern_rule, pattern_criterion, pattern_host, pattern_path, pattern_selector,
                               selector_prefix) > 0 THEN 1 ELSE 0 END = 1
        AND (rule IS NULL) = (host IS NULL));
