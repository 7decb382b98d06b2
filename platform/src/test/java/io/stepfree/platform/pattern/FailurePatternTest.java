package io.stepfree.platform.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FailurePatternTest {

    private static final String HOST = "shop.kiosk";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "https://a.example/x?y=1 answered with status 503 | <url> answered with status <number>",
                "http://127.0.0.1:8080/ could not be loaded: net::ERR_HTTP2_PROTOCOL_ERROR | <url> could not be loaded: net::ERR_HTTP2_PROTOCOL_ERROR",
                "The page went to about:blank, which is no page | The page went to <url>, which is no page",
                "The page has 12,345 elements, more than the 10,000 that are scanned (stepfree.scan.max-elements) | The page has <number> elements, more than the <number> that are scanned (stepfree.scan.max-elements)",
                "see (https://a.example/). Then https://b.example/. | see (<url>). Then <url>.",
                "options.waitFor: nothing that can be seen matched '#app > p' within 30 s | options.waitFor: nothing that can be seen matched <text> within <duration>",
                "it doesn't answer, and isn't there | it doesn't answer, and isn't there",
                "read \"a b\", “c”, „d“, «e» and `f` | read <text>, <text>, <text>, <text> and <text>",
                "nothing was heard of the job within PT1H | nothing was heard of the job within <duration>",
                "took 1.5 s, 20ms, 3 minutes and P2DT3H | took <duration>, <duration>, <duration> and <duration>",
                "died at 2026-11-24T23:10:54.123Z and 2026-11-24 23:10 | died at <time> and <time>",
                "until Tue, 24 Nov 2026 23:10:54 GMT, or 23:10:54 | until <time>, or <time>",
                "scan 01890a5d-ac96-774b-bcce-b302099a9001 of 7f3a9c2be1 | scan <id> of <id>",
                "at 0xdeadbeef, deadbeef is a word, 1234567890 a number | at <id>, deadbeef is a word, <number> a number",
                "session x7Kd92jfQ1aa ended | session <id> ended",
                "connect to 10.0.0.1:443 and 192.168.1.0/24 | connect to <ip> and <ip>",
                "connect to [2001:db8::1]:443, ::1 and fe80::1%eth0 | connect to <ip>, <ip> and <ip>",
                "std::bad_alloc in net::Foo | std::bad_alloc in net::Foo",
                "www.example.com:8443 and xn--bcher-kva.example do not resolve | <host> and <host> do not resolve",
                "SHOP.kiosk:81 is not shop.kiosk.more | <host> is not shop.kiosk.more",
                "java.lang.IllegalStateException: localhost | java.lang.IllegalStateException: <host>",
                "worker scan-processor-7 took slot 3 of 40% | worker scan-processor-<number> took slot <number> of <number>",
                "TLS1.3, utf8, 5xx and -3 | TLS1.<number>, utf8, <number>xx and <number>",
                "tabs\tand   spaces | tabs and spaces",
            })
    void whatDiffersBecomesAPlaceholder(String message, String pattern) {
        assertThat(FailurePattern.of("timeout", null, message, HOST).text()).isEqualTo(pattern);
    }

    @Test
    void failuresThatDifferOnlyInDetailsShareAnId() {
        String first =
                FailurePattern.of("http_error", 503, "https://a.example/ answered 503", "a.example")
                        .id();

        assertThat(first).matches("[0-9a-f]{12}");
        assertThat(
                        FailurePattern.of(
                                        "http_error",
                                        503,
                                        "https://b.example/x answered 503",
                                        "b.example")
                                .id())
                .isEqualTo(first);
    }

    @Test
    void typeStatusAndTextEachMakeAnotherId() {
        assertThat(
                        List.of(
                                FailurePattern.of("http_error", 503, "no", HOST).id(),
                                FailurePattern.of("http_error", 404, "no", HOST).id(),
                                FailurePattern.of("http_error", null, "no", HOST).id(),
                                FailurePattern.of("timeout", 503, "no", HOST).id(),
                                FailurePattern.of("http_error", 503, "yes", HOST).id()))
                .doesNotHaveDuplicates();
    }

    @Test
    void theIdStaysTheSameFromBuildToBuild() {
        assertThat(FailurePattern.of("timeout", null, "The page did not load.", HOST).id())
                .isEqualTo("60f0328988b7");
    }

    @Test
    void abstractingAPatternAgainChangesNothing() {
        var random = new Random(20261124);
        List<String> pieces =
                List.of(
                        "https://a.example/",
                        "http://",
                        "a.example",
                        "shop.kiosk",
                        ":",
                        ".",
                        ",",
                        "-",
                        "/",
                        "'",
                        "\"",
                        "`",
                        "“",
                        "”",
                        "«",
                        "<",
                        ">",
                        "<number>",
                        "<text",
                        "1",
                        "42",
                        "3.5",
                        "ms",
                        "s",
                        " ",
                        "\t",
                        "2026-11-24",
                        "T10:00",
                        "::",
                        "fe80",
                        "10.0.0.1",
                        "7f3a9c2be1",
                        "0x",
                        "PT",
                        "5M",
                        "com",
                        "io",
                        "word",
                        "ERR_X2",
                        "%",
                        "[",
                        "]",
                        "(",
                        "ß",
                        "😀",
                        "\uD83D",
                        "\0");
        for (int i = 0; i < 3_000; i++) {
            String message =
                    random.ints(random.nextInt(1, 40), 0, pieces.size())
                            .mapToObj(pieces::get)
                            .collect(Collectors.joining());
            String once = FailurePattern.of("timeout", null, message, HOST).text();
            assertThat(FailurePattern.of("timeout", null, once, HOST).text())
                    .as("of <%s>", message)
                    .isEqualTo(once);
        }
    }

    @Test
    void aPatternIsBoundedAndStaysOneWhenItIsCut() {
        for (int length = 480; length < 530; length++) {
            String message = "x".repeat(length) + " www.example.community 12345 'text' 😀😀😀";
            String pattern = FailurePattern.of("timeout", null, message, HOST).text();

            assertThat(pattern.length()).isLessThanOrEqualTo(MessageAbstraction.LONGEST);
            assertThat(FailurePattern.of("timeout", null, pattern, HOST).text()).isEqualTo(pattern);
        }
    }

    @Test
    void noMessageTakesLong() {
        List<String> nasty =
                List.of(
                        "\"", "“", "a.", "a-", "1.", "1:", "::", "1,", "0x", "a1", "P1D", "http:/",
                        "'", "-1", "ä");
        Instant start = Instant.now();
        for (String piece : nasty) {
            FailurePattern.of("timeout", null, piece.repeat(100_000), HOST);
        }

        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
    }
}
