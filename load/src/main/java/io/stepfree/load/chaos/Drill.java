package io.stepfree.load.chaos;

import io.stepfree.load.chaos.nemesis.Schedule;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** One promise with a number, measured under the one fault it speaks of. */
enum Drill {
    /** A killed worker's scan runs again within 15 s. */
    WORKER,
    /** The broker is back, and the backlog is drained at twice the rate of arrival or better. */
    BROKER,
    /** The same for the database. */
    DATABASE;

    static Optional<Drill> named(String name) {
        return Arrays.stream(values()).filter(drill -> drill.text().equals(name)).findFirst();
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    Schedule schedule() {
        return switch (this) {
            case WORKER -> Schedule.workerKills();
            case BROKER -> Schedule.brokerOutage();
            case DATABASE -> Schedule.databaseOutage();
        };
    }
}
