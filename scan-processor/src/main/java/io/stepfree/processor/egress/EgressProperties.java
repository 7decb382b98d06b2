package io.stepfree.processor.egress;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What one scan may draw from the network. A scan that wants more ends as resource_limit.
 *
 * @param maxBytes how much may be sent and received in all by one scan, as it travels (compressed)
 * @param maxBytesPerConnection how much may be sent and received by one connection; inside TLS one
 *     answer cannot be told from the next, so the connection stands for it
 * @param maxConnections how many connections one scan may open in all
 * @param resolveTimeout how long the resolving of one host name may take; 100 ms to 60 s
 * @param connectTimeout how long the opening of one connection may take; 100 ms to 60 s
 */
@Validated
@ConfigurationProperties("stepfree.egress")
public record EgressProperties(
        @DefaultValue("256MB") DataSize maxBytes,
        @DefaultValue("128MB") DataSize maxBytesPerConnection,
        @DefaultValue("2000") @Min(1) @Max(100_000) int maxConnections,
        @DefaultValue("10s") Duration resolveTimeout,
        @DefaultValue("10s") Duration connectTimeout) {

    public EgressProperties {
        require("max-bytes", maxBytes);
        require("max-bytes-per-connection", maxBytesPerConnection);
        if (maxBytesPerConnection.compareTo(maxBytes) > 0) {
            throw new IllegalArgumentException(
                    "stepfree.egress.max-bytes-per-connection %s exceeds max-bytes %s"
                            .formatted(maxBytesPerConnection, maxBytes));
        }
        require("resolve-timeout", resolveTimeout);
        require("connect-timeout", connectTimeout);
    }

    private static void require(String name, DataSize size) {
        if (size.toBytes() < 1) {
            throw new IllegalArgumentException(
                    "stepfree.egress.%s %s is not positive".formatted(name, size));
        }
    }

    private static void require(String name, Duration time) {
        if (time.compareTo(Duration.ofMillis(100)) < 0
                || time.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(
                    "stepfree.egress.%s %s is not from 100ms to 60s".formatted(name, time));
        }
    }

    /** The settings that hold where nothing is configured. */
    public static EgressProperties defaults() {
        return new EgressProperties(
                DataSize.ofMegabytes(256),
                DataSize.ofMegabytes(128),
                2_000,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10));
    }

    /** Whether so many bytes are more than one scan may send and receive. */
    boolean areTooMany(long bytes) {
        return bytes > maxBytes.toBytes();
    }

    /** Whether so many bytes are more than one connection may carry. */
    boolean areTooManyForAConnection(long bytes) {
        return bytes > maxBytesPerConnection.toBytes();
    }
}
