package io.stepfree.gateway.findings;

/**
 * How much was compared: a step for each pattern that a finding is held against, and for each
 * character of it. Of one thread.
 */
final class Effort {

    private long steps;

    void step() {
        steps++;
    }

    long steps() {
        return steps;
    }
}
