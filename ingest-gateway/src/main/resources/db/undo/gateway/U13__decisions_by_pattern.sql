-- The version before would make nothing of these, and could not tell of what they are.
DELETE FROM decisions WHERE decision = 'assigned' OR (fingerprint IS NULL AND rule IS NULL);

ALTER TABLE decisions
    DROP CONSTRAINT decisions_decision_check,
    DROP CONSTRAINT decisions_assignee_check,
    DROP CONSTRAINT decisions_subject_check,
    DROP COLUMN assignee,
    DROP COLUMN pattern_rule,
    DROP COLUMN pattern_criterion,
    DROP COLUMN pattern_host,
    DROP COLUMN pattern_path,
    DROP COLUMN pattern_selector,
    DROP COLUMN selector_prefix,
    ADD CONSTRAINT decisions_decision_check CHECK (decision IN ('accepted', 'ignored')),
    ADD CONSTRAINT decisions_check CHECK ((fingerprint IS NULL) = (rule IS NOT NULL AND host IS NOT NULL));
