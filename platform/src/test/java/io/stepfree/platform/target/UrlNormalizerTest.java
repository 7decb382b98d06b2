package io.stepfree.platform.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UrlNormalizerTest {

    private static final int ROUNDS = 20_000;
    private static final List<String> SCHEMES = List.of("http", "https", "HTTP", "hTTps");
    private static final List<String> HOSTS =
            List.of(
                    "shop.example",
                    "SHOP.Example",
                    "shop.example.",
                    "bücher.example",
                    "BÜCHER.example",
                    "xn--bcher-kva.example",
                    "ｓｈｏｐ.example",
                    "1.1.1.1",
                    "0x1010101",
                    "①.①.①.①",
                    "[2606:4700::1111]",
                    "[2606:4700:0:0:0:0:0:1111]",
                    "[::ffff:1.1.1.1]");
    private static final List<String> PORTS =
            List.of("", ":", ":80", ":443", ":8080", ":08080", ":00443");
    private static final List<String> PIECES =
            List.of(
                    "/",
                    "/",
                    "/",
                    ".",
                    "..",
                    "%2e",
                    "%2E",
                    "a",
                    "B",
                    "7",
                    "-",
                    "~",
                    "_",
                    "%41",
                    "%7e",
                    "%2f",
                    "%2F",
                    "%25",
                    "%3f",
                    "%c3%a9",
                    "%C3%A9",
                    "é",
                    "e\u0301",
                    "\ud83d\ude00",
                    "%",
                    "%4",
                    "%zz",
                    "%%34%31",
                    "+",
                    "%2B",
                    "&",
                    "=",
                    ";",
                    ":",
                    "@",
                    "!",
                    "'",
                    "(",
                    "\"",
                    "<",
                    ">",
                    "^",
                    "`",
                    "{",
                    "}",
                    "|",
                    "[",
                    "]",
                    "$",
                    ",",
                    "*");

    private final Random random = new Random(20261130);

    @ParameterizedTest
    @CsvSource({
        "HTTP://Shop.Example, http://shop.example/",
        "http://shop.example?, http://shop.example/?",
        "http://shop.example:80/, http://shop.example/",
        "https://shop.example:443/, https://shop.example/",
        "https://shop.example:/, https://shop.example/",
        "http://shop.example:443/, http://shop.example:443/",
        "http://shop.example:08080/, http://shop.example:8080/",
        "http://shop.example./a, http://shop.example/a",
        "http://bücher.example/, http://xn--bcher-kva.example/",
        "http://1.1/, http://1.0.0.1/",
        "http://[2606:4700:0::0:1111]/, http://[2606:4700::1111]/",
        "http://shop.example/a/./b/../c, http://shop.example/a/c",
        "http://shop.example/a/%2E%2e/c, http://shop.example/c",
        "http://shop.example/../../c/.., http://shop.example/",
        "http://shop.example/a//../b/, http://shop.example/a/b/",
        "http://shop.example/a//b, http://shop.example/a//b",
        "http://shop.example/%7euser/%41%2d, http://shop.example/~user/A-",
        "http://shop.example/%2f%c3%a9, http://shop.example/%2F%C3%A9",
        "http://shop.example/é, http://shop.example/%C3%A9",
        "http://shop.example/{a}, http://shop.example/%7Ba%7D",
        "http://shop.example/%zz%41/%41, http://shop.example/%zz%41/A",
        "http://shop.example/%%34%31, http://shop.example/%%34%31",
        "http://shop.example/#menu, http://shop.example/",
        "http://shop.example/?a=1#b?c, http://shop.example/?a=1",
        "http://shop.example/#a?b=1, http://shop.example/",
    })
    void theSpellingsOfAPageHaveOneForm(String written, String form) {
        assertThat(UrlNormalizer.normalize(written)).contains(form);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?b=2&a=1",
                "?a=%7e%41%2f/../%2E",
                "?q=a+b&q=a%20b&&=",
                "?é=\"{}|",
                "??",
                "?a=%zz%"
            })
    void theQueryIsKeptByteForByte(String query) {
        assertThat(UrlNormalizer.normalize("http://Shop.example/%41" + query + "#top"))
                .contains("http://shop.example/A" + query);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "shop.example/",
                "/a",
                "mailto:ann@shop.example",
                "ftp://shop.example/",
                "javascript:alert(1)",
                "http://",
                "http:///a",
                "http://ann:secret@shop.example/",
                "http://shop.example:0/",
                "http://shop.example:65536/",
                "http://shop.example:http/",
                "http://sh op.example/",
                "http://shop.example/a b",
                "http://shop.example/a\tb",
                "http://shop.example\\a",
                "http://-shop.example/",
                "http://sh%6fp.example/",
                "http://1.2.3.4.5/",
                "http://[1.1.1.1]/",
                "http://[::1/",
                "http://shop.example/\ud83d"
            })
    void whatIsNoAddressOfAPageHasNoForm(String written) {
        assertThat(UrlNormalizer.normalize(written)).isEmpty();
    }

    @Test
    void theFormOfAFormIsItself() {
        each((_, written) -> {
            String form = UrlNormalizer.normalize(written).orElseThrow();
            assertThat(UrlNormalizer.normalize(form)).as(written).contains(form);
        });
    }

    @Test
    void whateverAQueryIsItIsKept() {
        each((query, written) ->
                assertThat(UrlNormalizer.normalize(written).orElseThrow())
                        .as(written)
                        .endsWith(query)
                        .satisfies(form ->
                                assertThat(form.indexOf('?') < 0 ? "" : afterPath(form))
                                        .isEqualTo(query)));
    }

    @Test
    void aFormHasNoFragmentNoDotSegmentsAndNothingThatNeedsNoEncoding() {
        each((_, written) -> {
            String form = UrlNormalizer.normalize(written).orElseThrow();
            String path = form.replaceFirst("\\?.*", "").replaceFirst("^https?://[^/]*", "");
            assertThat(form).as(written).doesNotContain("#").matches("https?://[^/A-Z]+/.*");
            assertThat(path).as(written).matches("[!-~]+");
            assertThat(List.of(path.split("/", -1)))
                    .as(written)
                    .doesNotContain(".", "..")
                    .filteredOn(segment -> !segment.matches(".*%(?![0-9A-Fa-f]{2}).*"))
                    .allSatisfy(segment ->
                            assertThat(segment)
                                    .doesNotMatch(
                                            ".*%(?:2D|2E|3\\d|4[1-9A-F]|5[0-9A]|5F|6[1-9A-F]|7[0-9A]|7E).*")
                                    .doesNotMatch(".*%(?:[a-f].|.[a-f]).*"));
        });
    }

    @Test
    void theFormIsAllowedWhereTheWrittenAddressIsAndLeadsToTheSameHostAndPort() {
        TargetPolicy policy =
                TargetPolicy.of(new TargetProperties(List.of(), List.of(80, 443, 8080)));
        each((_, written) -> {
            String form = UrlNormalizer.normalize(written).orElseThrow();
            assertThat(policy.judgeUrl(written))
                    .as(written)
                    .isInstanceOfSatisfying(
                            Verdict.Allowed.class,
                            allowed -> {
                                assertThat(UrlNormalizer.normalize(allowed.target().url()))
                                        .contains(form);
                                assertThat(policy.judgeUrl(form))
                                        .isEqualTo(
                                                new Verdict.Allowed(
                                                        new Target(
                                                                form,
                                                                allowed.target().host(),
                                                                allowed.target().port())));
                            });
        });
    }

    @Test
    void whatNoRuleNamesKeepsPagesApart() {
        assertThat(
                        List.of(
                                        "http://shop.example/a",
                                        "https://shop.example/a",
                                        "http://shop.example:8080/a",
                                        "http://www.shop.example/a",
                                        "http://shop.example/A",
                                        "http://shop.example/a/",
                                        "http://shop.example//a",
                                        "http://shop.example/a?",
                                        "http://shop.example/a%2F",
                                        "http://shop.example/a;x",
                                        "http://shop.example/a%3Bx",
                                        "http://shop.example/index.html",
                                        "http://shop.example/a?a=1&b=2",
                                        "http://shop.example/a?b=2&a=1",
                                        "http://shop.example/a?b=2&a=%31")
                                .stream()
                                .map(UrlNormalizer::normalize)
                                .distinct())
                .hasSize(15);
    }

    /** Hands addresses of any spelling to the claim, each with the query that it was given. */
    private void each(BiConsumer<String, String> claim) {
        for (int i = 0; i < ROUNDS; i++) {
            String query = random.nextBoolean() ? "" : "?" + pieces(6);
            String fragment = random.nextInt(3) > 0 ? "" : "#" + pieces(3) + "?";
            String path = random.nextInt(8) == 0 ? "" : "/" + pieces(12);
            claim.accept(
                    query,
                    "%s://%s%s%s%s%s"
                            .formatted(
                                    one(SCHEMES), one(HOSTS), one(PORTS), path, query, fragment));
        }
    }

    private String pieces(int most) {
        var text = new StringBuilder();
        for (int i = random.nextInt(most); i > 0; i--) {
            text.append(one(PIECES));
        }
        return text.toString();
    }

    private <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static String afterPath(String form) {
        return form.substring(form.indexOf('?'));
    }
}
