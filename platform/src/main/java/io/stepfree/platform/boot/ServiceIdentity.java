package io.stepfree.platform.boot;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who this process is among all services.
 *
 * @param service the service's name, as scan-processor
 * @param instance unique among the running instances of all services
 * @param version the version of Stepfree, as the build wrote it into the jar
 * @param startedAt when it was started
 */
public record ServiceIdentity(String service, String instance, String version, Instant startedAt) {

    static ServiceIdentity of(String service) {
        @Nullable String version = ServiceIdentity.class.getPackage().getImplementationVersion();
        return new ServiceIdentity(
                service,
                service + "-" + UUID.randomUUID().toString().substring(0, 8),
                version == null ? "(development)" : version,
                Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }
}
