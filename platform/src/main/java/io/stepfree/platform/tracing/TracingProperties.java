package io.stepfree.platform.tracing;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where traces are sent.
 *
 * @param endpoint the address that takes OTLP over HTTP, as
 *     http://collector.example:4318/v1/traces; empty where nothing is traced
 * @param sampling which share of the requests is traced, 0 to 1; one that came with a trace of its
 *     own is traced when that one is
 */
@ConfigurationProperties(prefix = "stepfree.tracing", ignoreUnknownFields = false)
public record TracingProperties(
        @DefaultValue("") String endpoint, @DefaultValue("1") double sampling) {

    public TracingProperties {
        if (!endpoint.isBlank() && !isHttp(endpoint)) {
            throw new IllegalArgumentException(
                    "stepfree.tracing.endpoint '%s' is no http or https address, as http://collector.example:4318/v1/traces"
                            .formatted(endpoint));
        }
        if (!(sampling >= 0 && sampling <= 1)) {
            throw new IllegalArgumentException(
                    "stepfree.tracing.sampling %s is not between 0 and 1".formatted(sampling));
        }
    }

    boolean enabled() {
        return !endpoint.isBlank();
    }

    private static boolean isHttp(String address) {
        try {
            URI uri = URI.create(address);
            return uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
