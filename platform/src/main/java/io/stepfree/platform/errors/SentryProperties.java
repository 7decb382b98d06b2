package io.stepfree.platform.errors;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether errors are sent to Sentry.
 *
 * @param dsn the address that Sentry gives a project, a secret; empty where nothing is sent
 * @param environment under which name errors are filed, as production
 */
@ConfigurationProperties(prefix = "stepfree.sentry", ignoreUnknownFields = false)
public record SentryProperties(
        @DefaultValue("") String dsn, @DefaultValue("production") String environment) {

    boolean enabled() {
        return !dsn.isBlank();
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "SentryProperties[enabled=%s, environment=%s]".formatted(enabled(), environment);
    }
}
