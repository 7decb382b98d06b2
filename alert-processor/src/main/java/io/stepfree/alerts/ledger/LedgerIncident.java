package io.stepfree.alerts.ledger;

/**
 * An incident that was told and has not ended.
 *
 * @param sinceMillis when it began, in milliseconds since the epoch
 */
record LedgerIncident(long sinceMillis) {}
