package io.stepfree.gateway.access;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a caller may do. None includes another. */
public enum Scope {
    /** Order scans of one's own client, and cancel them. */
    SUBMIT,
    /** See the scans and batches of one's own client, and how the service is. */
    READ,
    /** Run the platform: the dead letters, alerts, keys and figures of every client. */
    ADMIN;

    /** Each by its word, in order. */
    public static final Map<String, Scope> BY_WORD =
            Arrays.stream(values())
                    .collect(
                            Collectors.toMap(
                                    Scope::word,
                                    Function.identity(),
                                    (first, _) -> first,
                                    LinkedHashMap::new));

    /** How it is written. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
