package io.stepfree.platform.health;

/** Looks at one thing that a service works with. */
public interface HealthProbe {

    /** What it is, as database: short, in lower case, the same in every service. */
    String name();

    /** Whether this service can do nothing without it. */
    default boolean needed() {
        return false;
    }

    /** Whether it is asked over a connection, so that it matters how long that takes. */
    default boolean remote() {
        return false;
    }

    /**
     * Looks once. May block; what has not returned within a second counts as down.
     *
     * @throws Exception when it does not answer
     */
    Finding look() throws Exception;
}
