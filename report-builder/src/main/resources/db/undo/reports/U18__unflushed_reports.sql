-- Stop each report-builder in an orderly way first, or wait a minute and a half after the last report: then nothing is in it.
DROP TABLE unflushed;
