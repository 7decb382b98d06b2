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

    /** Begins the name of the share of its heap that the fullest instance of a service uses. */
    public static final String HEAP_OF = "heap/";

    /** Begins the name of the share of its database connections that the busiest instance uses. */
    public static final String POOL_OF = "database-pool/";

    /** Begins the name of how many instances of a service have a breaker open. */
    public static final String OPEN_BREAKERS_OF = "breakers-open/";

    /** Begins the name of the lag of one consumer group, in records. */
    public static final String LAG_OF = "lag/";

    /** Begins the name of how long nothing was heard of any instance of a service, in seconds. */
    public static final String SILENCE_OF = "silence/";

    /** For how long we have been hearing services, in seconds. */
    public static final String LISTENING = "listening";

    /** Since when no attempt has ended, in seconds. */
    public static final String SINCE_ATTEMPT = "since-attempt";

    /** Begins the name of how many new violations of a host are not fixed. */
    public static final String REGRESSED_ON = "regressed/";

    /** Ends such a name where it is of all hosts that have no name of their own. No host has it. */
    public static final String FURTHER_HOSTS = "further hosts";

    /** How many hosts these are, also those beyond the ones that are named. */
    public static final String REGRESSED_HOSTS = "regressed-hosts";

    private Level() {}
}
