package io.stepfree.load.chaos.check;

/**
 * One life of a scan: a replay begins another.
 *
 * @param scanId the scan
 * @param replays how often it had been replayed
 */
record Life(String scanId, int replays) {

    @Override
    public String toString() {
        return replays == 0 ? scanId : "%s (life %d)".formatted(scanId, replays + 1);
    }
}
