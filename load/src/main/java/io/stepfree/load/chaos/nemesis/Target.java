package io.stepfree.load.chaos.nemesis;

import java.util.Locale;

/** What can be broken. */
public enum Target {
    GATEWAY,
    SCHEDULER,
    WORKER_1,
    WORKER_2,
    CHROMEDRIVER,
    CHROME,
    REPORTS,
    DEAD_LETTERS,
    BROKER,
    DATABASE,
    REPORT_DISK,
    STATE_DISK,
    WORKERS;

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
