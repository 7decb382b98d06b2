package io.stepfree.gateway.monitoring;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads how many days a client wants to look back. */
final class Days {

    private static final int USUAL = 7;
    private static final int MOST = 365;
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,3}");

    private Days() {}

    /**
     * The number in the query parameter {@code days}; 7 when it is absent.
     *
     * @throws ProblemException when it is not a whole number from 1 to 365
     */
    static int read(@Nullable String written) {
        if (written == null) {
            return USUAL;
        }
        int days = DIGITS.matcher(written).matches() ? Integer.parseInt(written) : 0;
        if (days < 1 || days > MOST) {
            throw new ProblemException(
                    ProblemType.INVALID_FIELDS,
                    "The query parameter days is wrong.",
                    List.of(
                            FieldError.inQuery(
                                    "days",
                                    written,
                                    "must be a whole number from 1 to %d".formatted(MOST))));
        }
        return days;
    }
}
