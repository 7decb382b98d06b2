package io.stepfree.gateway.bulk;

import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.io.InputStream;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** In which form many scans are sent. */
enum BulkFormat {
    /** A scan in each line. */
    NDJSON("application/x-ndjson") {
        @Override
        Rows open(InputStream body, BulkQuery query, Rows.Bounds bounds) {
            return new LineRows(body, query, bounds);
        }
    },
    /** One document with an array of scans. */
    JSON("application/json") {
        @Override
        Rows open(InputStream body, BulkQuery query, Rows.Bounds bounds) {
            return ArrayRows.open(body, query, bounds);
        }
    },
    /** A table of addresses (RFC 4180). */
    CSV("text/csv") {
        @Override
        Rows open(InputStream body, BulkQuery query, Rows.Bounds bounds) {
            return CsvRows.open(body, query, bounds);
        }
    };

    private final String mediaType;

    BulkFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /**
     * The one that a body is declared in.
     *
     * @param contentType the header Content-Type
     * @throws ProblemException when it is none of them
     */
    static BulkFormat of(@Nullable String contentType) {
        return Arrays.stream(values())
                .filter(format -> JsonBody.isDeclared(contentType, format.mediaType))
                .findFirst()
                .orElseThrow(() ->
                        new ProblemException(
                                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                                "The body is declared as %s; send one of %s in UTF-8."
                                        .formatted(
                                                contentType == null ? "nothing" : contentType,
                                                Arrays.stream(values())
                                                        .map(format -> format.mediaType)
                                                        .collect(Collectors.joining(", ")))));
    }

    /**
     * The rows of a body of this form.
     *
     * @throws ProblemException when what stands before the rows is wrong
     */
    abstract Rows open(InputStream body, BulkQuery query, Rows.Bounds bounds);
}
