package io.stepfree.reporting.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.document.ReportDocument.Node;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharedElementsTest {

    private final SharedElements shared = new SharedElements();

    @Test
    void elementsOfATemplateAreOneFixWithAllTheirOccurrences() {
        for (int page = 1; page <= 312; page++) {
            shared.nextPage("");
            shared.add(finding("target-size", 6, menu(6)), 12, true);
        }
        assertThat(shared.fixes())
                .singleElement()
                .satisfies(fix -> {
                    assertThat(fix.pages()).isEqualTo(312);
                    assertThat(fix.occurrences()).isEqualTo(1_872);
                    assertThat(fix.elements()).isEqualTo(6);
                    assertThat(fix.path()).isEqualTo("nav > a:nth-child(1)");
                    assertThat(fix.pointsEach()).isEqualTo("12 points");
                });
        assertThat(shared.unnamed()).isZero();
    }

    @Test
    void whatAScoreWouldBeIsAveragedOverPagesOfWhichItIsKnown() {
        shared.nextPage("");
        shared.add(finding("label", 1, menu(1)), 9, true);
        shared.nextPage("");
        shared.add(finding("label", 1, menu(1)), 0, false);
        assertThat(shared.fixes())
                .singleElement()
                .satisfies(fix -> assertThat(fix.pointsEach()).isEqualTo("9 points"));
    }

    @Test
    void whatIsOnOtherPagesIsAnotherFix() {
        shared.nextPage("");
        shared.add(finding("target-size", 3, menu(3)), 9, true);
        shared.nextPage("");
        shared.add(finding("target-size", 3, menu(3)), 9, true);
        shared.nextPage("");
        shared.add(finding("target-size", 2, menu(2)), 8, true);
        assertThat(shared.fixes())
                .extracting(SharedFix::pages, SharedFix::occurrences)
                .containsExactly(tuple(3, 6L), tuple(2, 2L));
    }

    @Test
    void theSameElementUnderAnotherRuleIsAnotherFixAndOnePageIsNone() {
        for (int page = 0; page < 2; page++) {
            shared.nextPage("");
            shared.add(finding("label", 1, menu(1)), 1, true);
            shared.add(finding("link-name", 1, menu(1)), 5, true);
            shared.add(
                    finding("image-alt", 1, List.of(node("img", "only on page " + page))), 9, true);
        }
        assertThat(shared.fixes())
                .extracting(SharedFix::rule, SharedFix::pointsEach)
                .containsExactly(tuple("link-name", "5 points"), tuple("label", "1 point"));
    }

    @Test
    void whatHasNoFingerprintOrIsOnlyCountedIsToldAndNotGuessed() {
        for (int page = 0; page < 2; page++) {
            shared.nextPage("");
            shared.add(
                    finding("label", 10, List.of(node("input", ""), node("input", "named"))),
                    4,
                    true);
        }
        assertThat(shared.unnamed()).isEqualTo(2 * 9);
        assertThat(shared.fixes())
                .singleElement()
                .satisfies(fix -> assertThat(fix.occurrences()).isEqualTo(2));
    }

    @Test
    void whenThereAreTooManyTheRarestAreForgottenAndItIsSaid() {
        var few = new SharedElements(10);
        for (int page = 1; page <= 1_000; page++) {
            few.nextPage("");
            few.add(finding("label", 1, List.of(node("header input", "header"))), 3, true);
            few.add(finding("image-alt", 1, List.of(node("img", "of page " + page))), 3, true);
            if (page > 500) {
                few.add(finding("link-name", 1, List.of(node("footer a", "footer"))), 3, true);
            }
        }
        assertThat(few.fixes())
                .hasSize(2)
                .first()
                .satisfies(fix -> {
                    assertThat(fix.pages()).isEqualTo(1_000);
                    assertThat(fix.missed()).isZero();
                });
        // It may have been met and forgotten before it was followed: never more is claimed.
        assertThat(few.fixes().getLast().pages())
                .isLessThanOrEqualTo(500)
                .isGreaterThanOrEqualTo(500 - few.missed());
        assertThat(few.fixes().getLast().missed()).isPositive();
        assertThat(few.missed()).isPositive();
    }

    private static List<Node> menu(int links) {
        return IntStream.rangeClosed(1, links)
                .mapToObj(link -> node("nav > a:nth-child(%d)".formatted(link), "link " + link))
                .toList();
    }

    private static Node node(String path, String fingerprint) {
        return new Node(List.of(path), "<a>", "Mend it", "serious", fingerprint, null, null);
    }

    private static Outstanding finding(String rule, int count, List<Node> nodes) {
        return new Outstanding(
                new Finding(rule, "serious", "Mend it", "", "", List.of(), List.of(), count, nodes),
                nodes,
                0);
    }
}
