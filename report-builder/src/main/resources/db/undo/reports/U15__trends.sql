-- What was counted is counted again from the reports that come after the next upgrade.
DROP VIEW trend_view, trend_scan_view;
DROP TRIGGER dead_scan_told ON scan_status;
DROP TRIGGER dead_scan_turned ON scan_status;
DROP TRIGGER dead_scan_removed ON scan_status;
DROP TRIGGER comparison_made_anew ON comparison;
DROP INDEX scan_status_dead;
DROP TABLE trend_due, trend, trend_scan;
DROP FUNCTION dead_scan_changed(), comparison_changed(), trend_scans_changed();
