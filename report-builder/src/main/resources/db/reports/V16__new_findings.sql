-- What was new on a page, of which there is little: to tell with each report what of it is still there.
CREATE INDEX finding_new ON finding (client, page_key, completed_at) WHERE state = 'new';
