package io.stepfree.standalone.printing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTextTest {

    private final ReportText text = new ReportText(Ink.PLAIN, false);

    @Test
    void aRuleComesWithImpactHelpCriteriaLinkCountAndItsFirstElements() {
        assertThat(text.page(Samples.withViolations()))
                .startsWith(
                        "http://shop.example/",
                        "Shop ?[2J | Start",
                        "Led to http://shop.example/start",
                        "",
                        "  critical  image-alt: Images must have alternative text (5 elements)",
                        "            WCAG 1.1.1  https://rules.example/image-alt",
                        "            - #a",
                        "              <img id=\"a\">",
                        "            - iframe >>> #b",
                        "              <img id=\"b\">",
                        "            - #c",
                        "              <img id=\"c\">",
                        "            and 2 more, shown with --all",
                        "",
                        "  moderate  region: Content belongs in landmarks (1 element)",
                        "            Best practice  https://rules.example/region");
    }

    @Test
    void reviewsAndWarningsAreToldApartFromViolations() {
        assertThat(text.page(Samples.withViolations()))
                .endsWith(
                        "  review    color-contrast: Text needs contrast (2 elements)",
                        "",
                        "  Warning: A frame was not scanned.",
                        "  2 rules are violated in 6 places, at worst with critical impact; 1 rule needs a person's judgement in 2 places.",
                        "  Report: /reports/0199-a/report.html");
    }

    @Test
    void allElementsAreListedWhenAsked() {
        assertThat(new ReportText(Ink.PLAIN, true).page(Samples.withViolations()))
                .contains("            - #d", "            and 1 more");
    }

    @Test
    void aPageThatWasNotSeenSaysWhyAndIsNotCalledClean() {
        assertThat(text.page(Samples.dead()))
                .containsExactly(
                        "http://shop.example/gone",
                        "",
                        "  Could not be scanned (http_error 404, 1 attempt)",
                        "  The page answered with status 404.",
                        "  It ended as the dead letter of scan 0199-c");
    }

    @Test
    void aPageThatWasNotWhollySeenIsNotCalledClean() {
        assertThat(text.page(Samples.notWhollySeen()))
                .contains(
                        "  Warning: A frame was not scanned.", "  Warning: It was still loading.");
        assertThat(text.progress(Samples.notWhollySeen()))
                .isEqualTo("http://shop.example/map  no violations, but 2 warnings");
        assertThat(text.progress(Samples.withViolations()))
                .isEqualTo("http://shop.example/  6 violations, and 1 warning");
        assertThat(text.progress(Samples.clean()))
                .isEqualTo("http://shop.example/about  no violations");
        assertThat(text.summary(List.of(Samples.clean(), Samples.notWhollySeen())))
                .isEqualTo(
                        "2 pages scanned: no violations. 1 page was not wholly seen, see the warnings.");
    }

    @Test
    void theScoreAndWhetherThePageWasSeenStandAboveTheFindings() {
        assertThat(text.page(Samples.judged()))
                .startsWith(
                        "http://shop.example/",
                        "Shop ?[2J | Start",
                        "Led to http://shop.example/start",
                        "Score 53 of 100, valid: the whole page was seen",
                        "");
        assertThat(text.page(Samples.partial()))
                .contains("Score 100 of 100, partial: a part of the page was not seen");
        assertThat(text.page(Samples.suspect()))
                .contains("Suspect, no score: this may not be the page that was asked for");
        assertThat(text.page(Samples.withViolations()))
                .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("score"));
    }

    @Test
    void picturesAreNotPrinted() {
        var everything = new ReportText(Ink.PLAIN, true).page(Samples.judged());
        assertThat(everything).noneMatch(line -> line.contains("UklGR") || line.contains("webp"));
    }

    @Test
    void aPageThatMayBeAnotherOneIsNowhereCalledClean() {
        assertThat(text.page(Samples.suspect()))
                .contains("  Warning: It led to /sign-in, which asks for a password")
                .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("no violations"));
        assertThat(text.progress(Samples.suspect()))
                .isEqualTo(
                        "http://shop.example/about  suspect: may not be the page that was asked for");
        assertThat(text.progress(Samples.suspectWithViolations()))
                .isEqualTo(
                        "http://shop.example/  suspect: may not be the page that was asked for; 6 violations on it");
        assertThat(text.summary(List.of(Samples.suspect())))
                .isEqualTo("0 pages scanned. 1 page may not be the one that was asked for.");
        assertThat(text.summary(List.of(Samples.clean(), Samples.suspectWithViolations())))
                .isEqualTo(
                        "1 page scanned: no violations, 2 places need review by a person. 1 page may not be the one that was asked for, with 6 violations.");
        assertThat(new ReportText(new Ink(true), false).summary(List.of(Samples.suspect())))
                .startsWith("\u001b[33m");
        assertThat(new ReportText(new Ink(true), false).page(Samples.suspect()))
                .noneMatch(line -> line.contains("\u001b[32m"));
    }

    @Test
    void aPageSeenWholeIsSoThoughItsPictureIsMissing() {
        assertThat(text.summary(List.of(Samples.withoutItsPicture())))
                .isEqualTo("1 page scanned: no violations.");
    }

    @Test
    void whatWasNotWhollySeenIsSaidToFailWhateverTheThresholdIs() {
        assertThat(text.unseen(List.of(Samples.clean(), Samples.judged()), 1)).isEmpty();
        assertThat(text.unseen(List.of(Samples.dead()), 4))
                .hasValue(
                        "Ends with 4: 1 page could not be scanned, and no threshold lets that pass.");
        assertThat(
                        text.unseen(
                                List.of(
                                        Samples.dead(),
                                        Samples.partial(),
                                        Samples.suspect(),
                                        Samples.suspectWithViolations()),
                                4))
                .hasValue(
                        "Ends with 4: 1 page could not be scanned, 1 page was not wholly seen, 2 pages may not be those that were asked for, and no threshold lets that pass.");
    }

    @Test
    void theSummaryCountsPagesViolationsReviewsAndPagesNotSeen() {
        assertThat(text.summary(List.of(Samples.withViolations(), Samples.clean(), Samples.dead())))
                .isEqualTo(
                        "2 pages scanned: 6 violations on 1 page, 2 places need review by a person. 1 page was not wholly seen, see the warnings. 1 page could not be scanned.");
        assertThat(text.summary(List.of(Samples.clean())))
                .isEqualTo("1 page scanned: no violations.");
    }

    @Test
    void coloursAreOnlyForATerminalThatWantsThem() {
        assertThat(Ink.of(true, Map.of()).colours()).isTrue();
        assertThat(Ink.of(false, Map.of()).colours()).isFalse();
        assertThat(Ink.of(true, Map.of("NO_COLOR", "1")).colours()).isFalse();
        assertThat(Ink.of(true, Map.of("TERM", "dumb")).colours()).isFalse();
        assertThat(new ReportText(new Ink(true), false).page(Samples.withViolations()))
                .anyMatch(line -> line.contains("\u001b[1;31mcritical\u001b[0m"));
    }

    @Test
    void whatPagesSayCannotSteerTheTerminal() {
        assertThat(Printable.line("a\u001b]0;b\u0007\r\n  c\u202e")).isEqualTo("a?]0;b? c?");
    }
}
