package io.stepfree.schemas.registry;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the registry is and how patiently it is asked.
 *
 * @param url the address under which {@code /subjects} and {@code /schemas} are found, such as
 *     {@code http://127.0.0.1:8080/apis/ccompat/v7}
 * @param credentials user and password for HTTP basic authentication (RFC 7617), if the registry
 *     wants them
 * @param timeout how long one call may take
 * @param retries how often a call is repeated after the first try when the registry is not well;
 *     waits 200 ms, then twice as long each time
 */
public record RegistryEndpoint(
        URI url, Optional<Credentials> credentials, Duration timeout, int retries) {

    /** A user and a password; the password never shows in {@link #toString()}. */
    public record Credentials(String user, String password) {
        @Override
        public String toString() {
            return user + ":***";
        }
    }

    public RegistryEndpoint {
        if (retries < 0) {
            throw new IllegalArgumentException("retries %d is negative".formatted(retries));
        }
    }

    /** A registry without authentication, asked with 5 s and 3 retries. */
    public static RegistryEndpoint of(URI url) {
        return new RegistryEndpoint(url, Optional.empty(), Duration.ofSeconds(5), 3);
    }
}
