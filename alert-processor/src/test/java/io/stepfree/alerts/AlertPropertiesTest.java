package io.stepfree.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.alerts.errorrate.ErrorRatePolicy;
import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.schemas.ops.Severity;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class AlertPropertiesTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @Test
    void theDefaultsAreAMinuteAHalfAndNobodyToTell() {
        runner.run(context -> {
            var properties = context.getBean(AlertProperties.class);
            assertThat(properties.errorRate().policy())
                    .isEqualTo(new ErrorRatePolicy(Duration.ofMinutes(1), 0.5, 10, Severity.ERROR));
            assertThat(properties.slack().address()).isEmpty();
        });
    }

    @Test
    void everySettingIsTaken() {
        runner.withPropertyValues(
                        "stepfree.alerts.error-rate.window=30s",
                        "stepfree.alerts.error-rate.threshold=0.2",
                        "stepfree.alerts.error-rate.minimum-samples=3",
                        "stepfree.alerts.error-rate.severity=critical",
                        "stepfree.alerts.slack.webhook=https://hooks.slack.com/services/T/B/x")
                .run(context -> {
                    var properties = context.getBean(AlertProperties.class);
                    assertThat(properties.errorRate().policy())
                            .isEqualTo(
                                    new ErrorRatePolicy(
                                            Duration.ofSeconds(30), 0.2, 3, Severity.CRITICAL));
                    assertThat(properties.slack().address())
                            .contains(URI.create("https://hooks.slack.com/services/T/B/x"));
                    assertThat(properties.toString()).doesNotContain("hooks.slack.com");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    error-rate.window=0s        | stepfree.alerts.error-rate.window PT0S must be whole seconds, from 1s to 10m
                    error-rate.window=1500ms    | stepfree.alerts.error-rate.window PT1.5S must be whole seconds, from 1s to 10m
                    error-rate.window=11m       | stepfree.alerts.error-rate.window PT11M must be whole seconds, from 1s to 10m
                    error-rate.threshold=0      | stepfree.alerts.error-rate.threshold 0.0 must be above 0 and at most 1
                    error-rate.threshold=1.1    | stepfree.alerts.error-rate.threshold 1.1 must be above 0 and at most 1
                    error-rate.threshold=NaN    | stepfree.alerts.error-rate.threshold NaN must be above 0 and at most 1
                    error-rate.minimum-samples=0 | must be greater than or equal to 1
                    error-rate.severity=unknown | stepfree.alerts.error-rate.severity must be warning, error or critical
                    """)
    void aWrongSettingStopsTheStartWithAClearWord(String setting, String problem) {
        runner.withPropertyValues("stepfree.alerts." + setting)
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining(problem));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hooks/secret", "ftp://a/secret", "http:secret"})
    void aWebhookThatIsNoAddressIsRefusedWithoutShowingIt(String webhook) {
        assertThatThrownBy(() -> new AlertProperties.Slack(webhook).address())
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining("stepfree.alerts.slack.webhook must be an absolute http")
                .message()
                .doesNotContain("secret");
    }

    @Test
    void aRoutingKeyOfAnotherLengthIsRefusedWithoutShowingIt() {
        assertThatThrownBy(() ->
                        new AlertProperties.PagerDuty("secret", "https://events.example").key())
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining(
                        "stepfree.alerts.pager-duty.routing-key has 6 characters and must have 32")
                .message()
                .doesNotContain("secret");
    }

    @Test
    void pagerDutysOwnAddressIsTheDefault() {
        runner.run(context -> {
            var pagerDuty = context.getBean(AlertProperties.class).pagerDuty();
            assertThat(pagerDuty.key()).isEmpty();
            assertThat(pagerDuty.events())
                    .isEqualTo(URI.create("https://events.pagerduty.com/v2/enqueue"));
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "whsec_",
                "not base64 at all",
                "c2hvcnQ=",
                "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
            })
    void aSigningSecretThatIsWeakOrNoneIsRefusedWithoutShowingIt(String secret) {
        assertThatThrownBy(() ->
                        new AlertProperties.Webhook("https://ops.example/hook", secret)
                                .signingSecret())
                .isInstanceOf(CannotStartException.class)
                .hasMessage(
                        "stepfree.alerts.webhook.secret must be 24 to 64 bytes in base64, as 'openssl rand -base64 32' makes them");
    }

    @Test
    void noSecretIsShown() {
        String shown =
                new AlertProperties.PagerDuty(
                                "0123456789abcdef0123456789abcdef", "https://a.example")
                        + " "
                        + new AlertProperties.Webhook("https://ops.example/hook", "whsec_c2VjcmV0");

        assertThat(shown).doesNotContain("0123456789abcdef", "ops.example", "c2VjcmV0");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(AlertProperties.class)
    static class Bound {}
}
