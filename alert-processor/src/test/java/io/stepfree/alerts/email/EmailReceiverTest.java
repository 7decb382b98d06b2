package io.stepfree.alerts.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.alerts.SampleAlert;
import io.stepfree.alerts.channel.ChannelUnavailableException;
import io.stepfree.alerts.email.PostOffice.Letter;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.Severity;
import jakarta.mail.internet.InternetAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmailReceiverTest {

    private PostOffice office;

    @BeforeEach
    void open() throws IOException {
        office = PostOffice.open();
    }

    @AfterEach
    void close() throws IOException {
        office.close();
    }

    @Test
    void theMessageSaysInPlainTextWhatSlackIsTold() throws Exception {
        assertThat(tell(alert(AlertState.FIRED))).isEmpty();

        Letter letter = only();
        assertThat(letter.to()).containsExactly("ada@shop.example", "bea@shop.example");
        assertThat(letter.header("From")).isEqualTo("Stepfree <stepfree@shop.example>");
        assertThat(letter.header("Content-Type")).isEqualTo("text/plain; charset=UTF-8");
        assertThat(letter.header("Auto-Submitted")).isEqualTo("auto-generated");
        assertThat(letter.message().getSentDate()).isEqualTo(Instant.parse("2026-11-22T09:01:00Z"));
        assertThat(letter.message().getSubject())
                .isEqualTo("Stepfree: scans-failing, since 2026-11-22 09:00 UTC");
        assertThat(letter.text())
                .isEqualTo(
                        """
                        FIRED: scans-failing (error)

                        5 of 10 failed, größer als sonst.

                        Measured:  host-error-rate of shop.example
                        Value:     50 %
                        Threshold: 25 %
                        Window:    60 s
                        Samples:   10
                        Since:     2026-11-22T09:00:00Z
                        Found at:  2026-11-22T09:01:00Z

                        Failures by type
                          timeout: 4
                          dns: 1

                        Hosts
                          shop.example: 5

                        Clients
                          ada: 5

                        Workers
                          worker-1: 5

                        Engines
                          axe-core 4.14.1: 5

                        Some of the requests
                          req-1
                          req-2

                        Also over the threshold
                          dead-letter-rate
                          failures-of-type/timeout

                        What to do
                          Open a page.

                        Links
                          Runbook: https://git.example/docs/alerts.md#host-error-rate
                          Dashboard: https://grafana.example/d/stepfree?var=1&kiosk
                        """);
    }

    @Test
    void theMessagesOfOneIncidentAreOneThread() throws Exception {
        Alert next =
                Alert.newBuilder(alert(AlertState.FIRED))
                        .setSince(Instant.parse("2026-11-22T10:00:00Z"))
                        .build();
        for (Alert alert :
                List.of(
                        alert(AlertState.FIRED),
                        alert(AlertState.ESCALATED),
                        alert(AlertState.RESOLVED),
                        alert(AlertState.RESOLVED),
                        next)) {
            tell(alert);
        }

        List<Letter> letters = office.letters();
        String root = letters.getFirst().header("Message-ID");
        assertThat(root).matches("<[0-9a-f-]{36}@shop\\.example>");
        assertThat(letters.getFirst().header("References")).isNull();
        assertThat(letters.subList(1, 4))
                .allSatisfy(letter -> {
                    assertThat(letter.header("References")).isEqualTo(root);
                    assertThat(letter.header("In-Reply-To")).isEqualTo(root);
                    assertThat(letter.message().getSubject())
                            .isEqualTo("Re: Stepfree: scans-failing, since 2026-11-22 09:00 UTC");
                });
        assertThat(letters.get(3).header("Message-ID"))
                .as("the same alert, told again")
                .isEqualTo(letters.get(2).header("Message-ID"))
                .isNotEqualTo(letters.get(1).header("Message-ID"));
        assertThat(letters.get(4).header("References")).as("another incident").isNull();
        assertThat(letters.get(4).header("Message-ID")).isNotEqualTo(root);
    }

    @Test
    void nothingThatOthersWroteBeginsAHeaderOrALine() throws Exception {
        Alert hostile =
                Alert.newBuilder(alert(AlertState.FIRED))
                        .setKey("down\r\nBcc: eve@evil.example\r\n\r\nforged" + "x".repeat(2_000))
                        .setSummary("one\r\n.\r\nRSET\u2028two")
                        .setFailuresByHost(Map.of("a.example\nWhat to do\n  Pay.", 1L))
                        .setSampleRequestIds(List.of("req\u202e-1"))
                        .build();

        assertThat(tell(hostile)).isEmpty();

        Letter letter = only();
        assertThat(letter.header("Bcc")).isNull();
        assertThat(letter.to()).containsExactly("ada@shop.example", "bea@shop.example");
        assertThat(letter.message().getSubject())
                .startsWith("Stepfree: down  Bcc: eve@evil.example    forgedxxx")
                .endsWith("x…, since 2026-11-22 09:00 UTC")
                .hasSizeLessThan(200);
        assertThat(letter.text())
                .contains("\n\none  .  RSET two\n\n", "\n  a.example What to do   Pay.: 1\n")
                .contains("\n  req -1\n");
    }

    @Test
    void itLogsInWhereThereIsAUser() throws Exception {
        receiver(office.port(), "stepfree", "pa55word", false)
                .call(alert(AlertState.FIRED))
                .orElseThrow()
                .make();

        assertThat(office.logins()).containsExactly("stepfree:pa55word");
        assertThat(office.letters()).hasSize(1);
    }

    @Test
    void withoutTlsWhereItIsAskedForNeitherThePasswordNorTheMessageIsSent() {
        EmailReceiver careful = receiver(office.port(), "stepfree", "pa55word", true);

        assertThatThrownBy(() -> careful.call(alert(AlertState.FIRED)).orElseThrow().make())
                .isInstanceOf(ChannelUnavailableException.class)
                .hasMessage(
                        "email does not answer: STARTTLS is required but host does not support STARTTLS");
        assertThat(office.logins()).isEmpty();
        assertThat(office.letters()).isEmpty();
        assertThat(office.commands()).noneMatch(line -> line.startsWith("MAIL"));
    }

    @Test
    void aLoginThatIsRefusedLosesNothing() throws Exception {
        EmailReceiver receiver = receiver(office.port(), "stepfree", "wrong", false);
        office.answer("AUTH", "535 5.7.8 no");
        assertThatThrownBy(() -> receiver.call(alert(AlertState.FIRED)).orElseThrow().make())
                .isInstanceOf(ChannelUnavailableException.class)
                .hasMessage("email refuses stepfree.alerts.email.user and .password: 535 5.7.8 no");

        office.answerAsUsual();
        assertThat(receiver.call(alert(AlertState.FIRED)).orElseThrow().make()).isEmpty();
        assertThat(office.letters()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MAIL=451 4.3.0 try later",
                "RCPT=450 4.2.0 greylisted",
                "DATA=452 4.3.1 full",
                "MAIL=530 5.7.0 log in first"
            })
    void whileTheServerIsNotWellTheMessageIsToComeAgain(String rule) throws Exception {
        EmailReceiver receiver = receiver(office.port(), "", "", false);
        String[] answer = rule.split("=", 2);
        office.answer(answer[0], answer[1]);
        assertThatThrownBy(() -> receiver.call(alert(AlertState.FIRED)).orElseThrow().make())
                .isInstanceOf(ChannelUnavailableException.class)
                .hasMessage("email answered " + answer[1]);
        assertThat(office.letters()).isEmpty();

        office.answerAsUsual();
        assertThat(receiver.call(alert(AlertState.FIRED)).orElseThrow().make()).isEmpty();
        assertThat(only().to()).containsExactly("ada@shop.example", "bea@shop.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL=553 5.1.8 unknown sender", "DATA=554 5.7.1 looks like spam"})
    void aRefusalOfTheMessageIsAnAnswer(String rule) throws Exception {
        String[] answer = rule.split("=", 2);
        office.answer(answer[0], answer[1]);

        assertThat(tell(alert(AlertState.FIRED))).contains("answered " + answer[1]);
        assertThat(office.letters()).isEmpty();
    }

    @Test
    void anAddressThatIsRefusedHoldsNobodyBack() throws Exception {
        office.answer("RCPT TO:<ada@", "550 5.1.1 no such user");

        assertThat(tell(alert(AlertState.FIRED)))
                .contains("answered for ada@shop.example: 550 5.1.1 no such user");
        assertThat(only().to()).containsExactly("bea@shop.example");
    }

    @Test
    void whoHasTheMessageIsNotSentItAgainWhileAnotherWaitsForIt() throws Exception {
        EmailReceiver receiver = receiver(office.port(), "", "", false);
        office.answer("RCPT TO:<ada@", "450 4.2.0 greylisted");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> receiver.call(alert(AlertState.FIRED)).orElseThrow().make())
                    .isInstanceOf(ChannelUnavailableException.class)
                    .hasMessage("email answered 450 4.2.0 greylisted");
        }
        office.answerAsUsual();

        assertThat(receiver.call(alert(AlertState.FIRED)).orElseThrow().make()).isEmpty();
        assertThat(office.letters())
                .extracting(Letter::to)
                .containsExactly(List.of("bea@shop.example"), List.of("ada@shop.example"));
    }

    @Test
    void aServerThatSaysNothingIsNotWaitedForForEver() {
        office.answer("EHLO", "");
        office.answer("HELO", "");
        long begun = System.nanoTime();

        assertThatThrownBy(() -> tell(alert(AlertState.FIRED)))
                .isInstanceOf(ChannelUnavailableException.class)
                .hasMessageStartingWith("email does not answer: ");
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isGreaterThan(Duration.ofSeconds(4))
                .isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void whereNobodyListensTheMessageIsToComeAgain() throws Exception {
        int closed;
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            closed = socket.getLocalPort();
        }

        assertThatThrownBy(() ->
                        receiver(closed, "", "", false)
                                .call(alert(AlertState.FIRED))
                                .orElseThrow()
                                .make())
                .isInstanceOf(ChannelUnavailableException.class)
                .hasMessageStartingWith("email does not answer: ");
    }

    @Test
    void everyStepHasATimeOutAndPort465IsTls() {
        var plain = new MailServer("mail.shop.example", 587, "", "", true).session();
        var tls = new MailServer("mail.shop.example", 465, "", "", true).session();

        assertThat(List.of("connectiontimeout", "timeout", "writetimeout"))
                .allSatisfy(name ->
                        assertThat(plain.getProperty("mail.smtp." + name)).isEqualTo("5000"));
        assertThat(plain.getProperty("mail.smtp.ssl.enable")).isEqualTo("false");
        assertThat(plain.getProperty("mail.smtp.starttls.required")).isEqualTo("true");
        assertThat(tls.getProperty("mail.smtp.ssl.enable")).isEqualTo("true");
        assertThat(tls.getProperty("mail.smtp.ssl.checkserveridentity")).isEqualTo("true");
    }

    private Optional<String> tell(Alert alert) throws ChannelUnavailableException {
        return receiver(office.port(), "", "", false).call(alert).orElseThrow().make();
    }

    private Letter only() {
        assertThat(office.letters()).hasSize(1);
        return office.letters().getFirst();
    }

    private static EmailReceiver receiver(
            int port, String user, String password, boolean starttls) {
        return new EmailReceiver(
                new MailServer("127.0.0.1", port, user, password, starttls),
                address("Stepfree <stepfree@shop.example>"),
                List.of(address("ada@shop.example"), address("bea@shop.example")),
                SampleAlert.LINKS);
    }

    private static InternetAddress address(String text) {
        return MailServer.address(text).orElseThrow();
    }

    private static Alert alert(AlertState state) {
        return SampleAlert.of(state, Severity.ERROR, "5 of 10 failed, größer als sonst.");
    }
}
