package io.stepfree.platform.boot;

import java.util.Map;

/** How lines of the log look. In either, what is logged cannot begin a line of its own. */
enum LogFormat {
    /**
     * For people: one line for each event, in which control characters are spaces; the lines of a
     * stack trace are set in.
     */
    PLAIN,
    /** For machines: one JSON object for each event, in the terms of the Elastic Common Schema. */
    ECS;

    /** All that breaks a line or steers a terminal. */
    private static final String CONTROL = "[\\p{Cc}\\u2028\\u2029]";

    private static final String CONTROL_BUT_LINE_FEED = "[\\p{Cc}\\u2028\\u2029&&[^\\n\\t]]";

    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level"
                    + " %replace([%X{requestId:-}] [%X{scanId:-}] [%X{attempt:-}] [%X{client:-}]"
                    + " %thread %logger{36}: %msg){'"
                    + CONTROL
                    + "', ' '}%n"
                    + "%replace(%replace(%wEx){'"
                    + CONTROL_BUT_LINE_FEED
                    + "', ' '}){'(\\n)(?=.)', '$1    '}";

    /** The settings of Spring Boot that make it so. */
    Map<String, Object> settings() {
        return switch (this) {
            case PLAIN ->
                    Map.of("logging.pattern.console", PATTERN, "logging.pattern.file", PATTERN);
            case ECS ->
                    Map.of(
                            "logging.structured.format.console",
                            "ecs",
                            "logging.structured.format.file",
                            "ecs");
        };
    }
}
