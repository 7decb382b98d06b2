package io.stepfree.alerts;

import io.stepfree.alerts.errorrate.ErrorRatePolicy;
import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.schemas.ops.Severity;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * When an alert is raised, and who is told.
 *
 * @param errorRate when a share of failed attempts is an incident
 * @param slack the Slack channel that is told
 * @param pagerDuty the PagerDuty service that is told of errors and critical alerts
 * @param webhook a receiver that speaks the Standard Webhooks specification
 */
@Validated
@ConfigurationProperties("stepfree.alerts")
public record AlertProperties(
        @DefaultValue @Valid ErrorRate errorRate,
        @DefaultValue @Valid Slack slack,
        @DefaultValue @Valid PagerDuty pagerDuty,
        @DefaultValue @Valid Webhook webhook) {

    /**
     * When a share of failed attempts is an incident.
     *
     * @param window how far back attempts are counted; whole seconds, from 1s to 10m
     * @param threshold the share of failures from which on it is an incident; above 0, at most 1
     * @param minimumSamples how many attempts the window must hold before its rate means anything
     * @param severity how urgent the incident is: warning, error or critical
     */
    public record ErrorRate(
            @DefaultValue("1m") Duration window,
            @DefaultValue("0.5") double threshold,
            @DefaultValue("10") @Min(1) long minimumSamples,
            @DefaultValue("error") Severity severity) {

        private static final Duration LONGEST_WINDOW = Duration.ofMinutes(10);

        public ErrorRate {
            if (window.compareTo(Duration.ofSeconds(1)) < 0
                    || window.compareTo(LONGEST_WINDOW) > 0
                    || window.toMillis() % 1000 != 0) {
                throw new IllegalArgumentException(
                        "stepfree.alerts.error-rate.window %s must be whole seconds, from 1s to 10m"
                                .formatted(window));
            }
            if (!(threshold > 0 && threshold <= 1)) {
                throw new IllegalArgumentException(
                        "stepfree.alerts.error-rate.threshold %s must be above 0 and at most 1, as 0.5 for a half"
                                .formatted(threshold));
            }
            if (severity == Severity.UNKNOWN) {
                throw new IllegalArgumentException(
                        "stepfree.alerts.error-rate.severity must be warning, error or critical");
            }
        }

        ErrorRatePolicy policy() {
            return new ErrorRatePolicy(window, threshold, minimumSamples, severity);
        }
    }

    /**
     * The Slack channel that is told.
     *
     * @param webhook the address of an incoming webhook, a secret; empty where Slack is not told
     */
    public record Slack(@DefaultValue("") String webhook) {

        public Slack {
            webhook = webhook.strip();
        }

        /** The address to call, if Slack is told. */
        Optional<URI> address() {
            return HttpAddress.of(
                    "stepfree.alerts.slack.webhook",
                    webhook,
                    "as Slack shows it under Incoming Webhooks");
        }

        @Override
        public String toString() {
            return "Slack[webhook=%s]".formatted(hidden(webhook));
        }
    }

    /**
     * The PagerDuty service that is told of errors and critical alerts.
     *
     * @param routingKey the integration key of the service, 32 characters, a secret; empty where
     *     PagerDuty is not told
     * @param address where events go; that of the EU is https://events.eu.pagerduty.com/v2/enqueue
     */
    public record PagerDuty(
            @DefaultValue("") String routingKey,
            @DefaultValue("https://events.pagerduty.com/v2/enqueue") String address) {

        private static final int KEY_LENGTH = 32;

        public PagerDuty {
            routingKey = routingKey.strip();
            address = address.strip();
        }

        /** The key to send, if PagerDuty is told. */
        Optional<String> key() {
            if (routingKey.isEmpty()) {
                return Optional.empty();
            }
            if (routingKey.length() != KEY_LENGTH) {
                throw new CannotStartException(
                        "stepfree.alerts.pager-duty.routing-key has %d characters and must have %d; PagerDuty shows it under Integrations, Events API v2"
                                .formatted(routingKey.length(), KEY_LENGTH));
            }
            return Optional.of(routingKey);
        }

        /** Where its events go. */
        URI events() {
            return HttpAddress.of(
                            "stepfree.alerts.pager-duty.address",
                            address,
                            "as https://events.pagerduty.com/v2/enqueue")
                    .orElseThrow(() ->
                            new CannotStartException(
                                    "stepfree.alerts.pager-duty.address is empty; leave it out for https://events.pagerduty.com/v2/enqueue"));
        }

        @Override
        public String toString() {
            return "PagerDuty[routingKey=%s, address=%s]".formatted(hidden(routingKey), address);
        }
    }

    /**
     * A receiver that speaks the Standard Webhooks specification.
     *
     * @param address where to POST to, a secret; empty where nobody is told this way
     * @param secret what the messages are signed with: 24 to 64 bytes in base64, with or without
     *     whsec_ before them
     */
    public record Webhook(@DefaultValue("") String address, @DefaultValue("") String secret) {

        private static final int SHORTEST_SECRET = 24;
        private static final int LONGEST_SECRET = 64;
        private static final String SECRET_PREFIX = "whsec_";

        public Webhook {
            address = address.strip();
            secret = secret.strip();
        }

        /** The address to call, if there is one. */
        Optional<URI> receiver() {
            return HttpAddress.of(
                    "stepfree.alerts.webhook.address",
                    address,
                    "as https://ops.example/hooks/stepfree");
        }

        /** What to sign with; to be asked for only where there is a receiver. */
        String signingSecret() {
            int bytes = secretBytes();
            if (bytes < SHORTEST_SECRET || bytes > LONGEST_SECRET) {
                throw new CannotStartException(
                        "stepfree.alerts.webhook.secret must be %d to %d bytes in base64, as 'openssl rand -base64 32' makes them"
                                .formatted(SHORTEST_SECRET, LONGEST_SECRET));
            }
            return secret;
        }

        private int secretBytes() {
            try {
                String text =
                        secret.startsWith(SECRET_PREFIX)
                                ? secret.substring(SECRET_PREFIX.length())
                                : secret;
                return Base64.getDecoder().decode(text).length;
            } catch (IllegalArgumentException _) {
                return 0;
            }
        }

        @Override
        public String toString() {
            return "Webhook[address=%s, secret=%s]".formatted(hidden(address), hidden(secret));
        }
    }

    private static String hidden(String secret) {
        return secret.isEmpty() ? "" : "***";
    }
}
