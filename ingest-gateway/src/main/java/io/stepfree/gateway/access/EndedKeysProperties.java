package io.stepfree.gateway.access;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long keys are shown that have ended.
 *
 * @param keepEnded how long after it was revoked or has expired a key is deleted; at least a day.
 *     As long as no key is live, none is
 */
@ConfigurationProperties("stepfree.gateway.keys")
public record EndedKeysProperties(@DefaultValue("90d") Duration keepEnded) {

    public EndedKeysProperties {
        if (keepEnded.compareTo(Duration.ofDays(1)) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.gateway.keys.keep-ended %s is below 1d: nobody could see which keys were revoked; set it to 1d or more"
                            .formatted(keepEnded));
        }
    }
}
