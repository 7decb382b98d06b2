DROP INDEX finding_client_template;
