package io.stepfree.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.alerts.errorrate.ErrorRatePolicy;
import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.schemas.ops.Severity;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
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
            assertThat(properties.pagerDuty().key()).isEmpty();
            assertThat(properties.webhook().receiver()).isEmpty();
        });
    }

    @Test
    void everySettingIsTaken() {
        runner.withPropertyValues(
                        "stepfree.alerts.error-rate.window=30s",
                        "stepfree.alerts.error-rate.threshold=0.2",
                        "stepfree.alerts.error-rate.minimum-samples=3",
                        "stepfree.alerts.error-rate.severity=critical",
                        "stepfree.alerts.slack.webhook=https://hooks.slack.com/services/T/B/x",
                        "stepfree.alerts.pager-duty.routing-key=" + "k".repeat(32),
                        "stepfree.alerts.pager-duty.address=https://events.eu.pagerduty.com/v2/enqueue",
                        "stepfree.alerts.webhook.address=https://ops.example/hook",
                        "stepfree.alerts.webhook.secret=" + secretOf(32))
                .run(context -> {
                    var properties = context.getBean(AlertProperties.class);
                    assertThat(properties.errorRate().policy())
                            .isEqualTo(
                                    new ErrorRatePolicy(
                                            Duration.ofSeconds(30), 0.2, 3, Severity.CRITICAL));
                    assertThat(properties.slack().address())
                            .contains(URI.create("https://hooks.slack.com/services/T/B/x"));
                    assertThat(properties.pagerDuty().key()).contains("k".repeat(32));
                    assertThat(properties.pagerDuty().events())
                            .isEqualTo(URI.create("https://events.eu.pagerduty.com/v2/enqueue"));
                    assertThat(properties.webhook().receiver())
                            .contains(URI.create("https://ops.example/hook"));
                    assertThat(properties.webhook().signingSecret()).isEqualTo(secretOf(32));
                    assertThat(properties.toString())
                            .doesNotContain("hooks.slack.com", "kkkk", "ops.example", secretOf(32));
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
    @ValueSource(ints = {24, 32, 64})
    void aSigningSecretMayHaveItsPrefix(int bytes) {
        String secret = secretOf(bytes);

        assertThat(webhook(secret).signingSecret()).isEqualTo(secret);
        assertThat(webhook("whsec_" + secret).signingSecret()).isEqualTo("whsec_" + secret);
    }

    static Stream<String> weakSecrets() {
        return Stream.of("", "whsec_", "not base64 at all", secretOf(23), secretOf(65));
    }

    @ParameterizedTest
    @MethodSource("weakSecrets")
    void aSigningSecretThatIsWeakOrNoneIsRefusedWithoutShowingIt(String secret) {
        assertThatThrownBy(() -> webhook(secret).signingSecret())
                .isInstanceOf(CannotStartException.class)
                .hasMessage(
                        "stepfree.alerts.webhook.secret must be 24 to 64 bytes in base64, as 'openssl rand -base64 32' makes them");
    }

    private static AlertProperties.Webhook webhook(String secret) {
        return new AlertProperties.Webhook("https://ops.example/hook", secret);
    }

    private static String secretOf(int bytes) {
        return Base64.getEncoder().encodeToString(new byte[bytes]);
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

    @ParameterizedTest
    @ValueSource(strings = {"pager-duty", "webhook"})
    @ExtendWith(OutputCaptureExtension.class)
    void aSecretUnderTheNameAboveItsOwnIsRefusedWithoutShowingIt(
            String name, CapturedOutput output) {
        var application = new SpringApplication(Bound.class);
        application.setWebApplicationType(WebApplicationType.NONE);

        assertThatThrownBy(() ->
                        application.run(
                                "--stepfree.alerts.%s=https://ops.example/s3cr3t".formatted(name)))
                .isInstanceOf(Exception.class);
        assertThat(output).contains("stepfree.alerts.%s'".formatted(name)).doesNotContain("s3cr3t");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(AlertProperties.class)
    static class Bound {}
}
