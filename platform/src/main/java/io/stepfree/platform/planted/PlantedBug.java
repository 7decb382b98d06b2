package io.stepfree.platform.planted;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bug that a service can be told to have, so that a chaos run can show that it would be found. It
 * is named by the system property {@value #SETTING} of the service's JVM, and honoured only where
 * the environment says {@value #ALLOWANCE}=yes too; anywhere else the setting is refused with a
 * warning and the service is as it should be. Never for a service that anybody relies on.
 */
public enum PlantedBug {
    /** Says that a record is written before the broker has it. */
    ACKNOWLEDGE_BEFORE_PRODUCE,
    /** Believes the outcome of any attempt, also of one that was given up. */
    NO_FENCING,
    /** The table of reports takes a second row of the same scan. */
    SINK_WITHOUT_UNIQUE_KEY,
    /** The workers' share group begins with the jobs that come after it. */
    SHARE_GROUP_AT_LATEST,
    /** A dead letter counts as read before it is kept. */
    DEAD_LETTER_AFTER_ACKNOWLEDGE;

    public static final String SETTING = "stepfree.planted-bug";
    public static final String ALLOWANCE = "STEPFREE_ALLOW_PLANTED_BUGS";

    private static final Logger LOG = LoggerFactory.getLogger(PlantedBug.class);
    private static final Optional<PlantedBug> PLANTED =
            read(System.getProperty(SETTING), System.getenv(ALLOWANCE));

    /** Whether this process has this bug; false in every process that is not under such a test. */
    public boolean isPlanted() {
        return PLANTED.isPresent() && PLANTED.get() == this;
    }

    /** Reads the setting and says loudly what becomes of it; silent where there is none. */
    public static void announce() {
        PLANTED.ifPresent(bug ->
                LOG.error(
                        "THIS PROCESS IS BROKEN ON PURPOSE: {} is planted ({}={}); records will be lost or doubled",
                        bug.text(),
                        SETTING,
                        bug.text()));
    }

    /**
     * @param named the setting; null where there is none
     * @param allowed the allowance; null where there is none
     * @throws IllegalArgumentException when an allowed name is not one of a bug
     */
    static Optional<PlantedBug> read(@Nullable String named, @Nullable String allowed) {
        if (named == null || named.isBlank()) {
            return Optional.empty();
        }
        if (!"yes".equals(allowed)) {
            LOG.warn(
                    "{}={} is refused: only a test may plant bugs, with {}=yes in the environment",
                    SETTING,
                    named,
                    ALLOWANCE);
            return Optional.empty();
        }
        return Optional.of(
                Arrays.stream(values())
                        .filter(bug -> bug.text().equals(named))
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "%s %s is not one of %s"
                                                .formatted(
                                                        SETTING,
                                                        named,
                                                        Arrays.stream(values())
                                                                .map(PlantedBug::text)
                                                                .collect(
                                                                        Collectors.joining(
                                                                                ", "))))));
    }

    private String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
