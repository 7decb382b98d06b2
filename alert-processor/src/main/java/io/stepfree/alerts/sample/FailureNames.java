package io.stepfree.alerts.sample;

import io.stepfree.schemas.scan.FailureType;
import java.util.Locale;

/** Failure types as people and settings write them. */
public final class FailureNames {

    private FailureNames() {}

    /** The name in lower case, as {@code http_error}. */
    public static String of(FailureType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
