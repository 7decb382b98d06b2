package io.stepfree.processor.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.secret.ScanSecrets;
import io.stepfree.schemas.scan.ActionKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageAction;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.WaitCondition;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job that cannot be done says which field is wrong, and costs no retry. */
class JobCheckTest {

    @Test
    void anOrdinaryJobIsFine() {
        assertThat(JobCheck.problem(request(ScanOptions.newBuilder().build()))).isEmpty();
        assertThat(
                        JobCheck.problem(
                                request(
                                        ScanOptions.newBuilder()
                                                .setUserAgent("Reader/1 (+mail)")
                                                .setLanguage("de-CH, en;q=0.8")
                                                .setWaitFor(WaitCondition.SELECTOR)
                                                .setWaitSelector("#app > main")
                                                .setActions(
                                                        List.of(
                                                                action(
                                                                        ActionKind.PRESS,
                                                                        "",
                                                                        "Enter"),
                                                                action(ActionKind.PRESS, "#q", "x"),
                                                                action(ActionKind.SCROLL, "", "")))
                                                .build())))
                .isEmpty();
    }

    @Test
    void anImpossibleViewportIsNamed() {
        assertThat(field(ScanOptions.newBuilder().setViewportWidth(199)))
                .isEqualTo("options.viewportWidth");
        assertThat(field(ScanOptions.newBuilder().setViewportHeight(4_097)))
                .isEqualTo("options.viewportHeight");
        assertThat(field(ScanOptions.newBuilder().setDeviceScaleFactor(Double.NaN)))
                .isEqualTo("options.deviceScaleFactor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX-Evil: 1", "", "naïve", "\u001b[31m"})
    void aUserAgentThatWouldBreakTheRequestIsNamed(String agent) {
        Failure failure = problem(ScanOptions.newBuilder().setUserAgent(agent));
        assertThat(failure.getField()).isEqualTo("options.userAgent");
        assertThat(failure.getMessage())
                .doesNotContain("\r")
                .doesNotContain("\n")
                .doesNotContain("\u001b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"de\r\nX: 1", "de;;q=1", "-", "de,,en", "abcdefghij"})
    void aLanguageThatIsNoneIsNamed(String language) {
        assertThat(field(ScanOptions.newBuilder().setLanguage(language)))
                .isEqualTo("options.language");
    }

    @Test
    void aWaitWithoutItsSelectorIsNamedAndTheOtherWayRound() {
        assertThat(field(ScanOptions.newBuilder().setWaitFor(WaitCondition.SELECTOR)))
                .isEqualTo("options.waitSelector");
        assertThat(field(ScanOptions.newBuilder().setWaitSelector("#x")))
                .isEqualTo("options.waitSelector");
    }

    @Test
    void anActionThatCannotBeDoneIsNamedWithItsPlace() {
        assertThat(field(actions(action(ActionKind.UNKNOWN, "#x", ""))))
                .isEqualTo("options.actions[0].kind");
        assertThat(field(actions(action(ActionKind.CLICK, " ", ""))))
                .isEqualTo("options.actions[0].selector");
        assertThat(
                        field(
                                actions(
                                        action(ActionKind.SCROLL, "", ""),
                                        action(ActionKind.PRESS, "", "Hyper"))))
                .isEqualTo("options.actions[1].value");
        assertThat(field(actions(action(ActionKind.WAIT, "", ""))))
                .isEqualTo("options.actions[0].millis");
        assertThat(field(actions(action(ActionKind.CLICK, "x".repeat(501), ""))))
                .isEqualTo("options.actions[0].selector");
        assertThat(
                        field(
                                ScanOptions.newBuilder()
                                        .setActions(
                                                Collections.nCopies(
                                                        31, action(ActionKind.SCROLL, "", "")))))
                .isEqualTo("options.actions");
    }

    @Test
    void ofASecretTheFieldIsNamedAndNotTheSecret() {
        var crlf = new ScanSecrets(Map.of("X-Token", "s3cret\r\nX: y"), List.of(), null, List.of());
        Failure header = JobCheck.problem(crlf, List.of()).orElseThrow();
        assertThat(header.getType()).isEqualTo(FailureType.INVALID_JOB);
        assertThat(header.getField()).isEqualTo("options.headers");
        assertThat(header.getMessage()).doesNotContain("s3cret");
        var cookie =
                new ScanSecrets(
                        Map.of(),
                        List.of(new ScanSecrets.Cookie("a", "s3cret; Domain=x", "", "")),
                        null,
                        List.of());
        assertThat(JobCheck.problem(cookie, List.of()).orElseThrow().getField())
                .isEqualTo("options.cookies");
        assertThat(
                        JobCheck.problem(
                                        ScanSecrets.NONE,
                                        List.of(action(ActionKind.FILL, "#a", "")))
                                .orElseThrow()
                                .getField())
                .isEqualTo("options.secrets");
        assertThat(JobCheck.problem(ScanSecrets.NONE, List.of())).isEmpty();
    }

    private static ScanOptions.Builder actions(PageAction... actions) {
        return ScanOptions.newBuilder().setActions(List.of(actions));
    }

    private static PageAction action(ActionKind kind, String selector, String value) {
        return PageAction.newBuilder().setKind(kind).setSelector(selector).setValue(value).build();
    }

    private static String field(ScanOptions.Builder options) {
        return problem(options).getField();
    }

    private static Failure problem(ScanOptions.Builder options) {
        Failure failure = JobCheck.problem(request(options.build())).orElseThrow();
        assertThat(failure.getType()).isEqualTo(FailureType.INVALID_JOB);
        return failure;
    }

    private static ScanRequest request(ScanOptions options) {
        return ScanRequest.newBuilder()
                .setScanId("scan")
                .setRequestId("request")
                .setUrl("http://example.org/")
                .setHost("example.org")
                .setOptions(options)
                .setSubmittedAt(Instant.EPOCH)
                .build();
    }
}
