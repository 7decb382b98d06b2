package io.stepfree.platform.kafka;

/** The consumer groups whose progress others look at, too. */
public final class ReaderGroups {

    /**
     * Projects {@code scan.events} into the views of scans and batches: what lies before its stored
     * offsets is told by them.
     */
    public static final String STATUS_PROJECTION = "report-builder-status";

    private ReaderGroups() {}
}
