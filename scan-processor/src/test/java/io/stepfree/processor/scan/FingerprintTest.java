package io.stepfree.processor.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

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
        assertThat(name("<input id=\"select2-vm2i868qx3-container\" aria-controls=\":r1b2:\">"))
                .isEqualTo(
                        name("<input id=\"select2-7yya87blha-container\" aria-controls=\":r7:\">"));
        assertThat(name("<input id=\"question3\">"))
                .isEqualTo(name("<input id=\"question12\">"))
                .isNotEqualTo(name("<input id=\"answer3\">"));
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
