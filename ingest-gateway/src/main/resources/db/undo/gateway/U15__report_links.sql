-- No link that was given works any more, also after the next upgrade.
DROP TABLE link_key;
