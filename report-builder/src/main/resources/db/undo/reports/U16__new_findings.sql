DROP INDEX IF EXISTS finding_new;
