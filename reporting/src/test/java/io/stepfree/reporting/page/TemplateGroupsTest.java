package io.stepfree.reporting.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.document.ReportDocument.Node;
import io.stepfree.reporting.pages.Overlay;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TemplateGroupsTest {

    private static final PageLine LINE =
            PageLine.of(
                    ReportComposer.compose(SampleResults.clean("scan", "request")), Overlay.NONE);

    private final TemplateGroups groups = new TemplateGroups();

    @Test
    void theSameFailureOfPagesThatAreBuiltAlikeIsOneWhateverItsMarkup() {
        for (int page = 0; page < 312; page++) {
            groups.nextPage("product", LINE);
            groups.add(
                    finding(
                            "serious",
                            "image-alt",
                            "#product-%d > img".formatted(page),
                            "img[src$=\"%d.webp\"]:nth-child(2)".formatted(page)));
        }
        groups.nextPage("article", LINE);
        groups.add(finding("serious", "image-alt", "figure > img"));

        var product = groups.templates().getFirst();
        assertThat(groups.failuresOf(product))
                .extracting(TemplateFailure::where, TemplateFailure::occurrences)
                .containsExactly(tuple("all 312 pages", 312L), tuple("all 312 pages", 312L));
        assertThat(groups.failuresOf(groups.templates().getLast()))
                .extracting(TemplateFailure::where)
                .containsExactly("its one page");
        assertThat(groups.ofSeveral()).isEmpty();
    }

    @Test
    void whatTemplatesShareStandsApart() {
        for (int page = 0; page < 10; page++) {
            groups.nextPage(page < 7 ? "list" : "article", LINE);
            groups.add(finding("serious", "label", "header > form > input"));
            if (page == 3) {
                groups.add(finding("serious", "label", "main > form > input"));
            }
        }

        assertThat(groups.ofSeveral())
                .singleElement()
                .satisfies(shared -> {
                    assertThat(shared.where()).isEqualTo("all 10 pages");
                    assertThat(shared.templates()).isEqualTo(2);
                });
        assertThat(groups.failuresOf(groups.templates().getFirst()))
                .extracting(TemplateFailure::where)
                .containsExactly("1 of 7 pages");
    }

    @Test
    void theHighestImpactComesFirstThoughItIsOnFewerPages() {
        for (int page = 0; page < 10; page++) {
            groups.nextPage("list", LINE);
            groups.add(finding("minor", "region", "main > p"));
            groups.add(finding("serious", "link-name", "main > a"));
            groups.add(finding("serious", "color-contrast", "main > span"));
            if (page < 2) {
                groups.add(finding("serious", "target-size", "main > b"));
                groups.add(finding("critical", "label", "main > input"));
            }
        }

        assertThat(groups.failuresOf(groups.templates().getFirst()))
                .extracting(TemplateFailure::rule)
                .containsExactly("label", "color-contrast", "link-name", "target-size", "region");
    }

    @Test
    void aPageWhoseTemplateIsNotKnownIsCountedAndInNoGroup() {
        groups.nextPage("", LINE);
        groups.add(finding("serious", "label", "input"));
        groups.nextPage("", LINE);

        assertThat(groups.untold()).isEqualTo(2);
        assertThat(groups.templates()).isEmpty();
        assertThat(groups.ofSeveral()).isEmpty();
    }

    @Test
    void thereIsABoundToTemplatesAndToFailuresAndWhatIsCommonIsFound() {
        var few = new TemplateGroups(50);
        for (int page = 0; page < 2_000; page++) {
            few.nextPage(page % 2 == 0 ? "list" : "template-" + page, LINE);
            few.add(finding("serious", "label", "header > input"));
            few.add(finding("serious", "image-alt", "." + "x".repeat(1 + page % 97) + " > img"));
        }

        assertThat(few.templates()).hasSize(TemplateGroups.MOST_TEMPLATES);
        assertThat(few.beyond()).isEqualTo(2_000 - 1_000 - (TemplateGroups.MOST_TEMPLATES - 1));
        var all = new ArrayList<>(few.ofSeveral());
        all.addAll(few.failuresOf(few.templates().getFirst()));
        assertThat(all)
                .filteredOn(failure -> failure.path().equals("header > input"))
                .singleElement()
                .satisfies(failure -> assertThat(failure.pages()).isGreaterThan(900));
        assertThat(all)
                .extracting(TemplateFailure::where)
                .anyMatch(where -> where.startsWith("at least"));
    }

    private static Finding finding(String impact, String rule, String... paths) {
        return new Finding(
                rule,
                impact,
                "Help",
                "",
                "",
                List.of(),
                List.of(),
                paths.length,
                List.of(paths).stream()
                        .map(path ->
                                new Node(
                                        List.of(path),
                                        "<img src=" + path.hashCode() + ">",
                                        "",
                                        impact,
                                        "",
                                        null,
                                        null))
                        .toList());
    }
}
