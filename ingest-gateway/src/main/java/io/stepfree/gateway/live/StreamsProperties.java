package io.stepfree.gateway.live;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many live streams there may be, and how they are kept open.
 *
 * @param most how many may be open at this gateway; further ones are answered with 503
 * @param perClient how many of them may be of one client; further ones are answered with 429
 * @param heartbeat how often something is sent where nothing happens, so that nobody between takes
 *     the connection for dead, and one that is dead is noticed
 * @param backlog how many events may wait for a reader before its stream is cut off
 */
@ConfigurationProperties("stepfree.gateway.streams")
public record StreamsProperties(
        @DefaultValue("2000") int most,
        @DefaultValue("100") int perClient,
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("256") int backlog) {

    private static final String PREFIX = "stepfree.gateway.streams.";
    private static final Duration SHORTEST_HEARTBEAT = Duration.ofMillis(100);
    private static final Duration LONGEST_HEARTBEAT = Duration.ofMinutes(5);

    public StreamsProperties {
        atLeastOne("most", most);
        atLeastOne("per-client", perClient);
        atLeastOne("backlog", backlog);
        if (heartbeat.compareTo(SHORTEST_HEARTBEAT) < 0
                || heartbeat.compareTo(LONGEST_HEARTBEAT) > 0) {
            throw new IllegalArgumentException(
                    "%sheartbeat %s is not between 100ms and 5m".formatted(PREFIX, heartbeat));
        }
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s%s %d is below 1".formatted(PREFIX, name, value));
        }
    }
}
