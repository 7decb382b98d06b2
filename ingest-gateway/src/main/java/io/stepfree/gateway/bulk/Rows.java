package io.stepfree.gateway.bulk;

import io.stepfree.gateway.admission.ScanDefaults;
import org.jspecify.annotations.Nullable;

/** The rows of one body, read one after the other. For one thread. */
interface Rows {

    /**
     * How far they are read.
     *
     * @param rows how many are looked at; the others are only counted
     * @param longest how many bytes one may have, in UTF-8
     */
    record Bounds(int rows, int longest) {}

    /**
     * The next one, or null after the last.
     *
     * @throws io.stepfree.platform.problem.ProblemException when the body cannot be read on, so
     *     that nothing is known about the rows to come
     */
    @Nullable Row next();

    /** The batch that the request names, if it does. */
    @Nullable String batch();

    /** What is taken where a row says nothing itself. */
    ScanDefaults defaults();
}
