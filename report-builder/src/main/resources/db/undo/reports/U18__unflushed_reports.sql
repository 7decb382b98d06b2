-- Stop each report-builder in an orderly way before, and see that the table is empty: what is noted in it are files that a
-- power cut may take.
DROP TABLE unflushed;
