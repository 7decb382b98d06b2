package io.stepfree.alerts;

import io.stepfree.alerts.errorrate.ErrorRatePolicy;
import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.schemas.ops.Severity;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * When an alert is raised, and who is told.
 *
 * @param errorRate when a share of failed attempts is an incident
 * @param slack the Slack channel that is told
 */
@Validated
@ConfigurationProperties("stepfree.alerts")
public record AlertProperties(
        @DefaultValue @Valid ErrorRate errorRate, @DefaultValue @Valid Slack slack) {

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

        /**
         * The address to call, if Slack is told. Checked here and not while the settings are bound,
         * since that failure would show the value, which is a secret, however mistyped.
         */
        Optional<URI> address() {
            if (webhook.isEmpty()) {
                return Optional.empty();
            }
            if (!isHttp(webhook)) {
                throw new CannotStartException(
                        "stepfree.alerts.slack.webhook must be an absolute http or https address, as Slack shows it under Incoming Webhooks");
            }
            return Optional.of(URI.create(webhook));
        }

        private static boolean isHttp(String text) {
            try {
                URI uri = URI.create(text);
                return uri.getHost() != null
                        && ("https".equalsIgnoreCase(uri.getScheme())
                                || "http".equalsIgnoreCase(uri.getScheme()));
            } catch (IllegalArgumentException _) {
                return false;
            }
        }

        @Override
        public String toString() {
            return "Slack[webhook=%s]".formatted(webhook.isEmpty() ? "" : "***");
        }
    }
}
