package io.stepfree.gateway.edge;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the web server bears from whoever is connected, and how it stops.
 *
 * @param headers how many headers a request may have; one with more is answered with 400
 * @param headTimeout how long the head of a request may take from its first byte to its last; then
 *     it is answered with 408 and the connection closed
 * @param bodyTimeout how long a body may take to arrive, in all; those of many scans have a bound
 *     of their own
 * @param notice how long the gateway goes on serving after /readyz began to say no, for load
 *     balancers that look now and then
 * @param drain how long requests under way may take to end when the gateway stops; new ones are
 *     refused meanwhile
 */
@ConfigurationProperties("stepfree.gateway.edge")
public record EdgeProperties(
        @DefaultValue("100") int headers,
        @DefaultValue("5s") Duration headTimeout,
        @DefaultValue("10s") Duration bodyTimeout,
        @DefaultValue("0s") Duration notice,
        @DefaultValue("30s") Duration drain) {

    private static final String PREFIX = "stepfree.gateway.edge.";
    private static final int MOST_HEADERS = 1_000;
    private static final int FEWEST_HEADERS = 10;
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    public EdgeProperties {
        if (headers < FEWEST_HEADERS || headers > MOST_HEADERS) {
            throw new IllegalArgumentException(
                    "%sheaders %d is not from %d to %,d"
                            .formatted(PREFIX, headers, FEWEST_HEADERS, MOST_HEADERS));
        }
        requireBetween("head-timeout", headTimeout, SHORTEST);
        requireBetween("body-timeout", bodyTimeout, SHORTEST);
        requireBetween("notice", notice, Duration.ZERO);
        requireBetween("drain", drain, Duration.ZERO);
    }

    private static void requireBetween(String name, Duration value, Duration shortest) {
        if (value.compareTo(shortest) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "%s%s %s is not from %s to %s"
                            .formatted(PREFIX, name, value, shortest, LONGEST));
        }
    }
}
