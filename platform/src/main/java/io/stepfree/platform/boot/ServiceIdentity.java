package io.stepfree.platform.boot;

import java.util.UUID;

/**
 * Who this process is among all services.
 *
 * @param service the service's name, as scan-processor
 * @param instance unique among the running instances of all services
 */
public record ServiceIdentity(String service, String instance) {

    static ServiceIdentity of(String service) {
        return new ServiceIdentity(
                service, service + "-" + UUID.randomUUID().toString().substring(0, 8));
    }
}
