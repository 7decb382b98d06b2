package io.stepfree.processor.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {

    private static final List<String> PLACE =
            List.of("html > body > main > ul:nth-child(2) > li:nth-child(3) > a");

    private final Fingerprint scan = new Fingerprint();

    @Test
    void theSameElementHasTheSameNameInTheNextScan() {
        String html = "<a href=\"/buy\" class=\"link\">Buy</a>";
        assertThat(new Fingerprint().of("link-name", PLACE, html))
                .isEqualTo(scan.of("link-name", PLACE, html))
                .hasSize(32);
    }

    @Test
    void reorderingAndBoxesAroundItDoNotMatter() {
        String html = "<a href=\"/buy\">Buy</a>";
        assertThat(scan.of("link-name", PLACE, html))
                .isEqualTo(
                        new Fingerprint()
                                .of(
                                        "link-name",
                                        List.of(
                                                "html > body > div:nth-child(7) > main:nth-child(2) > div > ul > li:nth-child(1) > span > a:nth-child(4)"),
                                        html));
    }

    @Test
    void whatAMachineMakesUpDoesNotMatter() {
        String first =
                "<input id=\"input-8f3a9c21\" aria-describedby=\":r1:\" name=\"mail\" class=\"field css-1x2y3z\" data-v-123 style=\"color:red\">";
        String second =
                "<input class=\"css-9z8y7x field\" name=\"mail\" aria-describedby=\":r7:\" id=\"input-77b1e0d4\">";
        assertThat(scan.of("label", PLACE, first))
                .isEqualTo(new Fingerprint().of("label", PLACE, second));
    }

    @Test
    void anIdOfLettersAndDigitsIsMadeUpAndOneOfLettersIsAName() {
        assertThat(name("<input id=\"input-vm2i868qx3\" aria-controls=\":r1b2:\">"))
                .isEqualTo(name("<input id=\"input-7yya87blha\" aria-controls=\":r7:\">"));
        assertThat(name("<input id=\"x-k3x9q2-y\">"))
                .isEqualTo(name("<input id=\"x-9QX3P7-y\">"))
                .isNotEqualTo(name("<input id=\"x-k3x9q2-z\">"));
        assertThat(name("<input id=\"question3\">"))
                .isEqualTo(name("<input id=\"question12\">"))
                .isNotEqualTo(name("<input id=\"answer3\">"));
    }

    @ParameterizedTest
    @CsvSource({
        "guest1FirstName, guest1LastName",
        "line1street, line1city",
        "b2bContact, b2cContact",
        "q1a, q1b"
    })
    void anIdOfWordsAndADigitIsAName(String one, String other) {
        assertThat(snippet("<input id=\"%s\">", one))
                .isNotEqualTo(snippet("<input id=\"%s\">", other));
    }

    @Test
    void theEndOfAWordIsNoBeginningOfAHash() {
        assertThat(Fingerprint.snippet("<p>frame9999</p>"))
                .isEqualTo(Fingerprint.snippet("<p>frame10000</p>"))
                .endsWith("frame#");
        assertThat(Fingerprint.snippet("<p>table123456</p>")).endsWith("table#");
        assertThat(Fingerprint.snippet("<p>logo.3f9a2b1c</p>")).endsWith("logo.#");
        assertThat(Fingerprint.snippet("<p>logo-2.3f9a2b1c</p>")).endsWith("logo-#.#");
        assertThat(Fingerprint.snippet("<p>btn3f9a2b1c</p>")).endsWith("btn#");
    }

    @Test
    void aUnitBehindItMakesNoOtherNumber() {
        assertThat(Fingerprint.snippet("<p>999km</p>"))
                .isEqualTo(Fingerprint.snippet("<p>1,000km</p>"))
                .endsWith("#km");
        assertThat(Fingerprint.snippet("<p>9.5MB</p>"))
                .isEqualTo(Fingerprint.snippet("<p>10MB</p>"))
                .endsWith("#MB");
    }

    @Test
    void aSpaceThatDoesNotBreakIsPartOfANumber() {
        assertThat(name("<p>999 visitors</p>"))
                .isEqualTo(name("<p>1&nbsp;000 visitors</p>"))
                .isEqualTo(name("<p>1\u00a0000\u00a0000 visitors</p>"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.", "z", "a", "a1", "1a2"})
    void aVeryLongValueTakesNoTime(String part) {
        String value = part.repeat(40_000 / part.length());
        assertTimeout(
                Duration.ofSeconds(2),
                () -> name("<input id=\"%s1a\" name=\":%s\">".formatted(value, value)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "form", "usemap", "popovertarget"})
    void whatNamesAnIdMayBeMadeUpAsTheIdIs(String attribute) {
        assertThat(snippet("<input " + attribute + "=\"%s\">", "x-k3x9q2"))
                .isEqualTo(snippet("<input " + attribute + "=\"%s\">", "x-p7mm4z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"formaction", "poster", "data", "xlink:href"})
    void aVersionInAnAddressDoesNotMatterWhateverTheAttribute(String attribute) {
        assertThat(snippet("<b " + attribute + "=\"%s\"></b>", "/start?v=one"))
                .isEqualTo(snippet("<b " + attribute + "=\"%s\"></b>", "/start?v=other"))
                .isNotEqualTo(snippet("<b " + attribute + "=\"%s\"></b>", "/end?v=one"));
    }

    private static String snippet(String html, String value) {
        return Fingerprint.snippet(html.formatted(value));
    }

    @Test
    void aNumberIsANumberHoweverLargeItIs() {
        assertThat(name("<p>999 visitors, 8.5 stars</p>"))
                .isEqualTo(name("<p>1,234,567 visitors, 123456789.5 stars</p>"))
                .isEqualTo(name("<p>1’000 visitors, 10.25 stars</p>"))
                .isNotEqualTo(name("<p>999 visitors, many stars</p>"));
    }

    @Test
    void whatAnAddressHoldsItselfDoesNotMatterWhateverTheAttribute() {
        assertThat(name("<object data=\"data:image/svg+xml,one\"></object>"))
                .isEqualTo(name("<object data=\"data:image/svg+xml,other\"></object>"));
        assertThat(name("<video poster=\"/start.png?v=a\"></video>"))
                .isEqualTo(name("<video poster=\"/start.png?v=b\"></video>"))
                .isNotEqualTo(name("<video poster=\"/end.png?v=b\"></video>"));
    }

    private static String name(String html) {
        return new Fingerprint().of("label", PLACE, html);
    }

    @Test
    void addressesAreComparedWithoutVersionsAndQueries() {
        assertThat(scan.of("image-alt", PLACE, "<img src=\"/logo.3f9a2b1c.png?v=12\">"))
                .isEqualTo(
                        new Fingerprint()
                                .of("image-alt", PLACE, "<img src=\"/logo.77aa01fe.png?v=13\">"));
    }

    @Test
    void anotherRuleAnotherPlaceOrAnotherElementIsAnotherFinding() {
        String html = "<a href=\"/buy\">Buy</a>";
        String name = scan.of("link-name", PLACE, html);
        assertThat(
                        List.of(
                                new Fingerprint().of("color-contrast", PLACE, html),
                                new Fingerprint()
                                        .of("link-name", List.of("html > body > footer > a"), html),
                                new Fingerprint()
                                        .of("link-name", PLACE, "<a href=\"/sell\">Sell</a>"),
                                new Fingerprint()
                                        .of(
                                                "link-name",
                                                List.of("iframe", PLACE.getFirst()),
                                                html)))
                .doesNotContain(name)
                .doesNotHaveDuplicates();
    }

    @Test
    void twoThatAreAlikeAreTwo() {
        String html = "<button></button>";
        assertThat(scan.of("button-name", PLACE, html))
                .isNotEqualTo(scan.of("button-name", PLACE, html));
    }

    @Test
    void whatIsNoMarkupIsNamedAllTheSame() {
        assertThat(scan.of("region", List.of(), "")).hasSize(32);
        assertThat(scan.of("region", List.of(), "plain <<< text")).hasSize(32);
    }
}
