DROP INDEX scan_status_client, report_published;
