package io.stepfree.platform.bucket;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * S3 did not do what it was asked for. The message is one sentence, with a cure where one is known.
 */
public final class BucketException extends IOException {

    private static final long serialVersionUID = 1L;

    private static final int MOVED = 301;
    private static final int WRONG = 400;
    private static final int FORBIDDEN = 403;
    private static final int MISSING = 404;
    private static final int SLOW = 408;
    private static final int TOO_MANY = 429;
    private static final int FAILED = 500;

    /** Not there, and not the bucket itself. */
    private static final String NO_OBJECT = "NoSuchKey";

    private final boolean outage;

    private BucketException(String message, boolean outage, Throwable cause) {
        super(message, cause);
        this.outage = outage;
    }

    BucketException(String message) {
        super(message);
        this.outage = false;
    }

    /** What S3, or the way to it, said about this bucket. */
    static BucketException of(String bucket, String where, SdkException failure) {
        boolean outage = isOutage(failure);
        return new BucketException(tell(bucket, where, failure, outage), outage, failure);
    }

    /** What it says. */
    String sentence() {
        return Objects.requireNonNull(getMessage());
    }

    /** Whether it may go away by itself: nothing answers, or is overburdened. */
    boolean isOutage() {
        return outage;
    }

    private static boolean isOutage(SdkException failure) {
        if (failure instanceof AwsServiceException answer) {
            return answer.statusCode() >= FAILED
                    || answer.statusCode() == SLOW
                    || answer.statusCode() == TOO_MANY;
        }
        if (failure instanceof ApiCallTimeoutException
                || failure instanceof ApiCallAttemptTimeoutException) {
            return true;
        }
        return cause(failure).isPresent();
    }

    private static Optional<Throwable> cause(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return Optional.of(cause);
            }
        }
        return Optional.empty();
    }

    private static String tell(String bucket, String where, SdkException failure, boolean outage) {
        if (failure instanceof AwsServiceException answer && !outage) {
            String told = code(answer);
            return switch (told.endsWith(NO_OBJECT) ? 0 : answer.statusCode()) {
                case MISSING ->
                        "There is no bucket %s at %s (%s): make it, or set stepfree.reports.s3.bucket to another."
                                .formatted(bucket, where, told);
                case FORBIDDEN ->
                        "%s refuses the bucket %s (%s): check stepfree.reports.s3.access-key-id and its secret, or the role, and let it put, get, list and delete objects there."
                                .formatted(where, bucket, told);
                case MOVED, WRONG ->
                        "%s does not take requests for the bucket %s so (%s): check stepfree.reports.s3.region, endpoint and path-style."
                                .formatted(where, bucket, told);
                default -> "%s answered %s about the bucket %s.".formatted(where, told, bucket);
            };
        }
        if (outage) {
            return "%s does not answer for the bucket %s (%s): it is tried again."
                    .formatted(
                            where,
                            bucket,
                            failure instanceof AwsServiceException answer
                                    ? code(answer)
                                    : cause(failure).orElse(failure).getClass().getSimpleName());
        }
        // Such as that there are no credentials, which says itself what was looked for where.
        return "The bucket %s cannot be asked for: set stepfree.reports.s3.access-key-id, secret-access-key and region, or let the AWS SDK find them (%s)."
                .formatted(bucket, failure.getClass().getSimpleName());
    }

    private static String code(AwsServiceException answer) {
        String code =
                answer.awsErrorDetails() == null ? null : answer.awsErrorDetails().errorCode();
        return code == null || code.isEmpty()
                ? Integer.toString(answer.statusCode())
                : "%d %s".formatted(answer.statusCode(), code);
    }
}
