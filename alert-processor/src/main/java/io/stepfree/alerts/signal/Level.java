package io.stepfree.alerts.signal;

/** The names of what is measured, and not counted, over all services together. */
public final class Level {

    /** How many scans all workers can make at once. */
    public static final String SLOTS = "slots";

    /** How many scans wait for a worker. */
    public static final String WAITING = "waiting";

    /** How long the oldest of them has been open, in seconds. */
    public static final String OLDEST_WAITING = "oldest-waiting";

    /** By how much the books do not add up. */
    public static final String IMBALANCE = "imbalance";

    /** Of how many partitions the imbalance is known. */
    public static final String IMBALANCE_COVERS = "imbalance-covers";

    /** How many scans have been open for longer than any should. */
    public static final String OVERDUE = "overdue";

    /** Of how many partitions the overdue scans are known. */
    public static final String OVERDUE_COVERS = "overdue-covers";

    /** Which share of its heap the fullest service uses. */
    public static final String HEAP = "heap";

    /** Which share of its database connections the busiest service uses. */
    public static final String POOL = "pool";

    /** How many breakers are open. */
    public static final String OPEN_BREAKERS = "open-breakers";

    /** Begins the name of the lag of one consumer group, in records. */
    public static final String LAG_OF = "lag/";

    /** Since when no attempt has ended, in seconds. */
    public static final String SINCE_ATTEMPT = "since-attempt";

    private Level() {}
}
