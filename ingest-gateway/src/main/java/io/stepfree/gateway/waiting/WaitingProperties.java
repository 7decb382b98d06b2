package io.stepfree.gateway.waiting;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long, and how many, answers are held until their scans have ended (Prefer: wait). Where there
 * is no room for one more, the answer comes at once, as without the preference.
 *
 * @param longest how long one may be held, whatever is asked for; 1s to 10m, in whole seconds
 * @param most how many may be held at this gateway, 0 for none
 * @param perClient how many of them may be of one client
 */
@ConfigurationProperties("stepfree.gateway.waiting")
public record WaitingProperties(
        @DefaultValue("60s") Duration longest,
        @DefaultValue("1000") int most,
        @DefaultValue("100") int perClient) {

    private static final String PREFIX = "stepfree.gateway.waiting.";
    private static final Duration LONGEST = Duration.ofMinutes(10);

    public WaitingProperties {
        if (longest.compareTo(Duration.ofSeconds(1)) < 0 || longest.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "%slongest %s is not between 1s and 10m".formatted(PREFIX, longest));
        }
        if (most < 0) {
            throw new IllegalArgumentException("%smost %d is below 0".formatted(PREFIX, most));
        }
        if (perClient < 1) {
            throw new IllegalArgumentException(
                    "%sper-client %d is below 1".formatted(PREFIX, perClient));
        }
    }
}
