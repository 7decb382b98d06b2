DROP VIEW batch_view;
DROP TABLE batch_status;
