-- The version of then knows no keys and asks nobody who calls.
DROP TABLE api_keys;
