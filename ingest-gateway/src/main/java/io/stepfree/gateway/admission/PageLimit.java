package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads how many items a client wants to see at once. */
public final class PageLimit {

    private static final int USUAL = 50;
    private static final int MOST = 500;
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,4}");

    private PageLimit() {}

    /**
     * The number in the query parameter {@code limit}; 50 when it is absent.
     *
     * @throws ProblemException when it is not a whole number from 1 to 500
     */
    public static int read(@Nullable String written) {
        if (written == null) {
            return USUAL;
        }
        int limit = DIGITS.matcher(written).matches() ? Integer.parseInt(written) : 0;
        if (limit < 1 || limit > MOST) {
            throw new ProblemException(
                    ProblemType.INVALID_FIELDS,
                    "The query parameter limit is wrong.",
                    List.of(
                            FieldError.inQuery(
                                    "limit",
                                    written,
                                    "must be a whole number from 1 to %d".formatted(MOST))));
        }
        return limit;
    }
}
