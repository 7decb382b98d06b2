package io.stepfree.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.alerts.email.MailServer;
import io.stepfree.alerts.metric.Metric;
import io.stepfree.alerts.metric.MetricPolicy;
import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.schemas.ops.Severity;
import jakarta.mail.internet.InternetAddress;
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
import tools.jackson.databind.json.JsonMapper;

class AlertPropertiesTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @Test
    void theDefaultsAreAMinuteAHalfAndNobodyToTell() {
        runner.run(context -> {
            var properties = context.getBean(AlertProperties.class);
            assertThat(properties.policies()).hasSize(Metric.values().length);
            assertThat(properties.policies())
                    .allSatisfy(
                            (metric, policy) -> assertThat(policy).isEqualTo(metric.defaults()));
            assertThat(properties.policies().get(Metric.ERROR_RATE))
                    .isEqualTo(
                            new MetricPolicy(
                                    true,
                                    0.5,
                                    null,
                                    Duration.ofMinutes(1),
                                    10,
                                    Severity.ERROR,
                                    Duration.ofMinutes(5)));
            assertThat(properties.slack().address()).isEmpty();
            assertThat(properties.pagerDuty().key()).isEmpty();
            assertThat(properties.webhook().receiver()).isEmpty();
            assertThat(properties.email().server()).isEmpty();
            assertThat(properties.email().port()).isEqualTo(587);
            assertThat(properties.email().starttls()).isTrue();
            assertThat(properties.regressions().confirmed()).isTrue();
        });
    }

    @Test
    void everySettingIsTaken() {
        runner.withPropertyValues(
                        "stepfree.alerts.metrics.error-rate.enabled=false",
                        "stepfree.alerts.metrics.error-rate.window=30s",
                        "stepfree.alerts.metrics.error-rate.threshold=0.2",
                        "stepfree.alerts.metrics.error-rate.critical=0.9",
                        "stepfree.alerts.metrics.error-rate.minimum=3",
                        "stepfree.alerts.metrics.error-rate.severity=warning",
                        "stepfree.alerts.metrics.error-rate.cooldown=1m",
                        "stepfree.alerts.metrics.queuedepth.threshold=7",
                        "stepfree.alerts.links.runbook=https://git.example/docs/alerts.md",
                        "stepfree.alerts.slack.webhook=https://hooks.slack.com/services/T/B/x",
                        "stepfree.alerts.pager-duty.routing-key=" + "k".repeat(32),
                        "stepfree.alerts.pager-duty.address=https://events.eu.pagerduty.com/v2/enqueue",
                        "stepfree.alerts.webhook.address=https://ops.example/hook",
                        "stepfree.alerts.webhook.secret=" + secretOf(32),
                        "stepfree.alerts.email.host=mail.shop.example",
                        "stepfree.alerts.email.port=25",
                        "stepfree.alerts.email.user=stepfree",
                        "stepfree.alerts.email.password=pa55word",
                        "stepfree.alerts.email.from=Stepfree <stepfree@shop.example>",
                        "stepfree.alerts.email.to=ada@shop.example, bea@shop.example",
                        "stepfree.alerts.email.starttls=false")
                .run(context -> {
                    var properties = context.getBean(AlertProperties.class);
                    assertThat(properties.policies().get(Metric.ERROR_RATE))
                            .isEqualTo(
                                    new MetricPolicy(
                                            false,
                                            0.2,
                                            0.9,
                                            Duration.ofSeconds(30),
                                            3,
                                            Severity.WARNING,
                                            Duration.ofMinutes(1)));
                    assertThat(properties.policies().get(Metric.QUEUE_DEPTH))
                            .extracting(MetricPolicy::threshold, MetricPolicy::window)
                            .containsExactly(7.0, Metric.QUEUE_DEPTH.defaults().window());
                    assertThat(properties.links().links().runbook())
                            .contains(URI.create("https://git.example/docs/alerts.md"));
                    assertThat(properties.slack().address())
                            .contains(URI.create("https://hooks.slack.com/services/T/B/x"));
                    assertThat(properties.pagerDuty().key()).contains("k".repeat(32));
                    assertThat(properties.pagerDuty().events())
                            .isEqualTo(URI.create("https://events.eu.pagerduty.com/v2/enqueue"));
                    assertThat(properties.webhook().receiver())
                            .contains(URI.create("https://ops.example/hook"));
                    assertThat(properties.webhook().signingSecret()).isEqualTo(secretOf(32));
                    assertThat(properties.email().server())
                            .contains(
                                    new MailServer(
                                            "mail.shop.example",
                                            25,
                                            "stepfree",
                                            "pa55word",
                                            false));
                    assertThat(properties.email().sender().getAddress())
                            .isEqualTo("stepfree@shop.example");
                    assertThat(properties.email().recipients())
                            .extracting(InternetAddress::getAddress)
                            .containsExactly("ada@shop.example", "bea@shop.example");
                    assertThat(properties.toString())
                            .doesNotContain(
                                    "hooks.slack.com",
                                    "kkkk",
                                    "ops.example",
                                    secretOf(32),
                                    "pa55word");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    error-rate.window=0s       | stepfree.alerts.metrics.error-rate.window is PT0S and must be whole seconds, from 1s to 1h
                    error-rate.window=1500ms   | stepfree.alerts.metrics.error-rate.window is PT1.5S and must be whole seconds, from 1s to 1h
                    error-rate.window=61m      | stepfree.alerts.metrics.error-rate.window is PT1H1M and must be whole seconds, from 1s to 1h
                    error-rate.threshold=0     | stepfree.alerts.metrics.error-rate.threshold is 0.0 and must be above 0 and at most 1, as 0.5 for a half
                    error-rate.threshold=1.1   | stepfree.alerts.metrics.error-rate.threshold is 1.1 and must be above 0 and at most 1, as 0.5 for a half
                    error-rate.threshold=NaN   | stepfree.alerts.metrics.error-rate.threshold is NaN and must be above 0 and at most 1, as 0.5 for a half
                    queue-depth.threshold=-1   | stepfree.alerts.metrics.queue-depth.threshold is -1.0 and must be a number above 0
                    error-rate.critical=0.4    | stepfree.alerts.metrics.error-rate.critical is 0.4 and must be at least the threshold 0.5 and at most 1
                    error-rate.minimum=-1      | stepfree.alerts.metrics.error-rate.minimum is -1 and must be 0 or more
                    error-rate.severity=unknown | stepfree.alerts.metrics.error-rate.severity is UNKNOWN and must be warning, error or critical
                    error-rate.cooldown=25h    | stepfree.alerts.metrics.error-rate.cooldown is PT25H and must be from 0s to 24h
                    eror-rate.threshold=0.5    | stepfree.alerts.metrics.eror-rate: there is no metric of this name; there are error-rate, host-error-rate
                    """)
    void aWrongSettingStopsTheStartWithAClearWord(String setting, String problem) {
        runner.withPropertyValues("stepfree.alerts.metrics." + setting)
                .run(context ->
                        assertThatThrownBy(() -> context.getBean(AlertProperties.class).policies())
                                .isInstanceOf(CannotStartException.class)
                                .hasMessageStartingWith(problem));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    metrics.error-rate.threshold=half  | stepfree.alerts.metrics.error-rate.threshold
                    metrics.error-rate.severity=high   | stepfree.alerts.metrics.error-rate.severity
                    metrics.error-rate.treshold=0.5    | stepfree.alerts.metrics.error-rate.treshold
                    error-rate.threshold=0.5           | stepfree.alerts.error-rate.threshold
                    """)
    void aSettingThatCannotBeReadOrIsNotKnownStopsTheStartAndIsNamed(String setting, String name) {
        runner.withPropertyValues("stepfree.alerts." + setting)
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining(name));
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    to=ada@shop.example                  | stepfree.alerts.email.host is empty although others of its settings are set; name your mail server, as mail.shop.example, or leave them out, too
                    host=smtp://mail.shop.example        | stepfree.alerts.email.host must be the name of a mail server alone, as mail.shop.example; its port goes into stepfree.alerts.email.port
                    host=mail.shop.example:25            | stepfree.alerts.email.host must be the name of a mail server alone, as mail.shop.example; its port goes into stepfree.alerts.email.port
                    host=mail.shop.example port=0        | stepfree.alerts.email.port is 0 and must be from 1 to 65535, as 587
                    host=mail.shop.example user=stepfree | stepfree.alerts.email.password is empty although a user is set; give it by STEPFREE_ALERTS_EMAIL_PASSWORD, or leave out both
                    host=mail.shop.example password=xyz  | stepfree.alerts.email.user is empty although a password is set; name who logs in, or leave out both
                    host=mail.shop.example to=ada@shop.example  | stepfree.alerts.email.from is '' and must be an address, as ops@shop.example
                    host=mail.shop.example from=ada to=ada@shop.example | stepfree.alerts.email.from is 'ada' and must be an address, as ops@shop.example
                    host=mail.shop.example from=ada@shop.example | stepfree.alerts.email.to is empty; name who is told, as ops@shop.example
                    host=mail.shop.example from=ada@shop.example to=bea@shop.example,nobody | stepfree.alerts.email.to is 'nobody' and must be an address, as ops@shop.example
                    """)
    void aWrongSettingForEmailStopsTheStartAndSaysWhatToDo(String settings, String problem) {
        runner.withPropertyValues(
                        Stream.of(settings.split(" "))
                                .map(setting -> "stepfree.alerts.email." + setting)
                                .toArray(String[]::new))
                .run(context ->
                        assertThatThrownBy(() ->
                                        AlertChannels.of(
                                                context.getBean(AlertProperties.class),
                                                JsonMapper.shared()))
                                .isInstanceOf(CannotStartException.class)
                                .hasMessage(problem));
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
    @ValueSource(strings = {"pager-duty", "webhook", "email"})
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
