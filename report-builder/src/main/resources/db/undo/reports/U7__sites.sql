DROP VIEW site_view;
DROP TABLE site_status;
