package io.stepfree.processor.scan;

import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;

/** Makes failures, and reads the browser's network errors as such. */
final class Failures {

    private Failures() {}

    static Failure of(FailureType type, String message) {
        return Failure.newBuilder().setType(type).setMessage(Text.cut(message, 2_000)).build();
    }

    static Failure status(int status, String url) {
        return Failure.newBuilder()
                .setType(FailureType.HTTP_ERROR)
                .setMessage("%s answered with status %d".formatted(Text.cut(url, 1_000), status))
                .setHttpStatus(status)
                .build();
    }

    static Failure invalid(String field, String message) {
        return of(FailureType.INVALID_JOB, message, field);
    }

    static Failure of(FailureType type, String message, String field) {
        return Failure.newBuilder()
                .setType(type)
                .setMessage(Text.cut(message, 2_000))
                .setField(field)
                .build();
    }

    /**
     * @param error a name of Chromium's net_error_list.h, as net::ERR_NAME_NOT_RESOLVED
     */
    static Failure network(String error, String url) {
        FailureType type;
        if (error.contains("ERR_NAME_") || error.contains("ERR_DNS_")) {
            type = FailureType.DNS;
        } else if (error.contains("ERR_CERT")
                || error.contains("ERR_SSL")
                || error.contains("ERR_BAD_SSL")) {
            type = FailureType.TLS;
        } else if (error.contains("ERR_UNSAFE_PORT") || error.contains("ERR_UNSAFE_REDIRECT")) {
            type = FailureType.UNSAFE_TARGET;
        } else {
            type = FailureType.NAVIGATION;
        }
        return of(type, "%s could not be loaded: %s".formatted(Text.cut(url, 1_000), error));
    }
}
