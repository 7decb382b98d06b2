-- Cursors from before are refused where no key is set.
DROP TABLE cursor_key;
