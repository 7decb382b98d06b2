package io.stepfree.reporting.page;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.document.ReportDocument.Image;
import io.stepfree.reporting.document.ReportDocument.Node;
import io.stepfree.reporting.pages.Overlay;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the template asks of a document: texts as a person reads them. It is public for the template
 * only.
 *
 * @param document the report
 * @param overlay what is known beside it
 */
public record ReportPage(ReportDocument document, Overlay overlay) {

    /** So many occurrences of a rule are shown at once; the others are folded away. */
    private static final int SHOWN_OCCURRENCES = 3;

    /** So many rules are named as those to begin with; more would be no beginning. */
    private static final int SHOWN_PAYOFFS = 5;

    /** Only what browsers show as a picture and nothing but: an SVG image can hold more. */
    private static final Pattern PICTURE = Pattern.compile("image/(?:webp|png|jpeg)");

    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]++={0,2}+");

    private static final int LONGEST_ALTERNATIVE = 150;

    private static final int LONGEST_HEADING = 500;

    /**
     * The violations of one impact.
     *
     * @param impact the impact, in lower case
     * @param rules the rules
     * @param occurrences in how many places
     */
    public record ImpactCount(String impact, List<RuleLink> rules, int occurrences) {}

    /**
     * A rule with the place in the report where it is shown.
     *
     * @param rule its id
     * @param anchor the id of the place
     */
    public record RuleLink(String rule, String anchor) {}

    /** Of the report alone. */
    public ReportPage(ReportDocument document) {
        this(document, Overlay.NONE);
    }

    /** The content of {@code <style>}. */
    public String styleSheet() {
        return StyleSheet.TEXT;
    }

    /** Lets in the style sheet, pictures that are inside the file where there are any, no more. */
    public String contentSecurityPolicy() {
        return StyleSheet.policy(hasPictures() ? "; img-src data:" : "");
    }

    private boolean hasPictures() {
        return Stream.concat(
                        Stream.ofNullable(document.screenshot()),
                        Stream.concat(
                                        document.violations().stream(),
                                        document.needsReview().stream())
                                .flatMap(finding -> finding.nodes().stream())
                                .flatMap(node -> Stream.ofNullable(node.screenshot())))
                .anyMatch(image -> source(image) != null);
    }

    /** The picture as an address of itself (RFC 2397); null for what is no picture of ours. */
    public @Nullable String source(Image image) {
        return PICTURE.matcher(image.mediaType()).matches()
                        && BASE64.matcher(image.data()).matches()
                ? "data:" + image.mediaType() + ";base64," + image.data()
                : null;
    }

    /** Stands in for the picture of an element. */
    public String alternative(Node node) {
        var selector = node.target().isEmpty() ? "" : Wording.visible(node.target().getLast());
        return "Picture of the element " + Wording.cut(selector, LONGEST_ALTERNATIVE);
    }

    /** The colours of an element; null where the rule is not about colours. */
    public @Nullable ContrastSample contrast(Node node) {
        var contrast = node.contrast();
        return contrast == null ? null : ContrastSample.of(contrast);
    }

    /** Whether it may be something else in the page's place. */
    public boolean suspect() {
        return document.validity().equals("suspect");
    }

    /** How much of the page was seen. */
    public String seen() {
        return switch (document.validity()) {
            case "valid" -> "the whole page";
            case "partial" -> "a part of the page";
            default -> "perhaps another page in its place";
        };
    }

    /** Why there is no score. */
    public String whyNoScore() {
        return suspect()
                ? "This may not be the page that was asked for, so a number would say nothing about it."
                : "The worker that scanned this page gave none.";
    }

    /** The page's title, or its address where it has none. */
    public String heading() {
        var heading = document.title().isBlank() ? document.finalUrl() : document.title();
        return Wording.visible(Wording.cut(heading, LONGEST_HEADING));
    }

    /**
     * The page's language if it is a well-formed tag (BCP 47), for text that comes from the page;
     * null otherwise.
     */
    public @Nullable String language() {
        return Wording.language(document.language());
    }

    /** The conformance target in words. */
    public String standard() {
        return Wording.standard(document.standard());
    }

    /** The violations by impact, the highest first; impacts that do not occur are left out. */
    public List<ImpactCount> impacts() {
        return Stream.of("critical", "serious", "moderate", "minor", "unknown")
                .map(this::count)
                .filter(count -> !count.rules().isEmpty())
                .toList();
    }

    private ImpactCount count(String impact) {
        var rules = new ArrayList<RuleLink>();
        int occurrences = 0;
        for (int index = 0; index < document.violations().size(); index++) {
            var finding = document.violations().get(index);
            if (finding.impact().equals(impact)) {
                rules.add(new RuleLink(Wording.visible(finding.rule()), violationAnchor(index)));
                occurrences += finding.nodeCount();
            }
        }
        return new ImpactCount(impact, List.copyOf(rules), occurrences);
    }

    /** The id of the place where a violation is shown; never made of the page's own text. */
    public String violationAnchor(int index) {
        return violation(index);
    }

    static String violation(int index) {
        return "violation-" + (index + 1);
    }

    /** The id of the place where a rule is shown that a person has to look at. */
    public String reviewAnchor(int index) {
        return review(index);
    }

    static String review(int index) {
        return "review-" + (index + 1);
    }

    /** The violated rules that are worth most, the most first; those that flicker at the end. */
    public List<Payoff> first() {
        var payoffs = Payoff.of(document, overlay);
        return payoffs.subList(0, Math.min(SHOWN_PAYOFFS, payoffs.size()));
    }

    /** Whether {@link #first} is all that is left to be mended. */
    public boolean firstIsAll() {
        return first().size() == Payoff.of(document, overlay).size();
    }

    /** How many violations were accepted or ignored, which is not what to fix first. */
    public int setAside() {
        return Outstanding.of(document.violations(), overlay).stream()
                .mapToInt(Outstanding::setAside)
                .sum();
    }

    /** The rules of whose violations nothing else is left. */
    public List<RuleLink> whollySetAside() {
        var rules = Outstanding.of(document.violations(), overlay);
        return IntStream.range(0, rules.size())
                .filter(index -> !rules.get(index).isLeft())
                .mapToObj(index -> link(rules.get(index), index))
                .toList();
    }

    /** The rules that are not in {@link #first} and may be because they flicker. */
    public List<RuleLink> flickeringAfterFirst() {
        return Payoff.of(document, overlay).stream()
                .skip(SHOWN_PAYOFFS)
                .filter(payoff -> payoff.outstanding().flickers())
                .map(payoff -> link(payoff.outstanding(), payoff.index()))
                .toList();
    }

    private RuleLink link(Outstanding rule, int index) {
        return new RuleLink(Wording.visible(rule.finding().rule()), violationAnchor(index));
    }

    /** Why nothing is said about what the score would be. */
    public String whyNotForetold() {
        return document.score() == null
                ? "There is no score to say by how much it would rise."
                : "The score is not of the formula above, so what it would be is not foretold.";
    }

    /** The score when all of {@link #first} are mended; null where it cannot be foretold. */
    public @Nullable Integer afterFirst() {
        var burden = Burden.of(document);
        return burden == null
                ? null
                : (Integer) burden.scoreWithout(first().stream().map(Payoff::outstanding).toList());
    }

    /** The findings by success criterion. */
    public List<CriterionIndex.Row> criterionIndex() {
        return CriterionIndex.of(document);
    }

    /** A success criterion of a rule: its number and, where WCAG 2.2 has it, more. */
    public List<SuccessCriterion> criteria(Finding finding) {
        return finding.successCriteria().stream().map(SuccessCriterion::named).toList();
    }

    /** The occurrences shown at once. */
    public List<Node> shown(Finding finding) {
        return finding.nodes().subList(0, Math.min(SHOWN_OCCURRENCES, finding.nodes().size()));
    }

    /** The occurrences folded away. */
    public List<Node> folded(Finding finding) {
        return finding.nodes().subList(shown(finding).size(), finding.nodes().size());
    }

    /** How many occurrences the report counts but does not hold. */
    public int leftOut(Finding finding) {
        return Math.max(0, finding.nodeCount() - finding.nodes().size());
    }

    /** What has to change about an element. */
    public List<Remedy> remedies(Node node) {
        return Remedy.of(Wording.visible(node.summary()));
    }

    /** How it stands against the scan before; null where nobody looked. */
    public @Nullable PageHistory history() {
        var changes = overlay.changes();
        return changes == null ? null : new PageHistory(document, changes, overlay);
    }

    /** What was decided of the findings. */
    public Decisions decisions() {
        var decisions = new Decisions();
        decisions.add(overlay);
        return decisions;
    }

    /** The number of a violation's first element, as an overlay counts them. */
    public int firstOfViolation(int index) {
        return elements(document.violations().subList(0, index));
    }

    /** The same of a rule that needs review. */
    public int firstOfReview(int index) {
        return elements(document.violations()) + elements(document.needsReview().subList(0, index));
    }

    private static int elements(List<Finding> findings) {
        return findings.stream().mapToInt(finding -> finding.nodes().size()).sum();
    }

    /** What is said beside an element; null where there is nothing to say. */
    public @Nullable ElementMark mark(int number) {
        return ElementMark.of(overlay.marks().get(number));
    }

    /**
     * How many elements of a rule are new or decided, as "2 new, 1 accepted"; empty where none is.
     *
     * @param first the number of its first element
     */
    public String marked(Finding finding, int first) {
        var counts = new LinkedHashMap<String, Integer>();
        for (int index = 0; index < finding.nodes().size(); index++) {
            var mark = mark(first + index);
            if (mark != null) {
                mark.words().forEach(word -> counts.merge(word, 1, Integer::sum));
            }
        }
        return counts.entrySet().stream()
                .map(count ->
                        Wording.number(count.getValue())
                                + ' '
                                + count.getKey().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    /** The hash that stands for all of the receipt; null where there is none. */
    public @Nullable String receiptHash() {
        var receipt = document.receipt();
        return receipt == null || receipt.links().isEmpty()
                ? null
                : Wording.visible(receipt.links().getLast().hash());
    }
}
