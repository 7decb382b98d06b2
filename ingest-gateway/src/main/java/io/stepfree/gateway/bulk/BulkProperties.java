package io.stepfree.gateway.bulk;

import io.stepfree.gateway.admission.ScanIds;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How many scans one request may bring.
 *
 * @param rows how many rows of a request for many scans are looked at; those after them are
 *     refused; 1 to 16,383, because the row is a part of its scan's id
 * @param bodyLimit the longest body of such a request that is read; a longer one is answered with
 *     413; at most 64MB, because it is kept in the temporary folder until it is answered
 * @param bodyTimeout how long such a body may take to arrive, in all
 * @param atOnce how many such requests are served at once; one more is answered with 503
 */
@ConfigurationProperties("stepfree.gateway.bulk")
public record BulkProperties(
        @DefaultValue("10000") int rows,
        @DefaultValue("10MB") DataSize bodyLimit,
        @DefaultValue("60s") Duration bodyTimeout,
        @DefaultValue("8") int atOnce) {

    private static final String PREFIX = "stepfree.gateway.bulk.";
    private static final int MOST_ROWS = ScanIds.ROWS - 1;
    private static final DataSize LARGEST_BODY = DataSize.ofMegabytes(64);

    public BulkProperties {
        if (rows < 1 || rows > MOST_ROWS) {
            throw new IllegalArgumentException(
                    "%srows %d is not from 1 to %d".formatted(PREFIX, rows, MOST_ROWS));
        }
        if (bodyLimit.toBytes() < 1 || bodyLimit.toBytes() > LARGEST_BODY.toBytes()) {
            throw new IllegalArgumentException(
                    "%sbody-limit %s is not between 1B and %dMB"
                            .formatted(PREFIX, bodyLimit, LARGEST_BODY.toMegabytes()));
        }
        if (bodyTimeout.compareTo(Duration.ofMillis(100)) < 0) {
            throw new IllegalArgumentException(
                    "%sbody-timeout %s is below 100ms".formatted(PREFIX, bodyTimeout));
        }
        if (atOnce < 1) {
            throw new IllegalArgumentException(
                    "%sat-once %d is below 1: no such request would be served"
                            .formatted(PREFIX, atOnce));
        }
    }

    /** The longest body in bytes. */
    long longestBody() {
        return bodyLimit.toBytes();
    }
}
