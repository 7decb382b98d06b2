-- What is still to be told is told to nobody, and the secrets that callbacks are signed with go.
DROP TABLE callback_deliveries, callbacks, webhook_secrets;
