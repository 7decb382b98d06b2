package io.stepfree.load.chaos.nemesis;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The bugs that the services can be told to have, by the names they know them by. */
public enum Bug {
    ACKNOWLEDGE_BEFORE_PRODUCE,
    NO_FENCING,
    SINK_WITHOUT_UNIQUE_KEY,
    SHARE_GROUP_AT_LATEST,
    DEAD_LETTER_AFTER_ACKNOWLEDGE;

    public static Optional<Bug> named(String name) {
        return Arrays.stream(values()).filter(bug -> bug.text().equals(name)).findFirst();
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
