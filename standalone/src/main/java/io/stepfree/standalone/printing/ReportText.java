package io.stepfree.standalone.printing;

import io.stepfree.standalone.client.ScanView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes how scans ended for a person at a terminal, a paragraph a page. */
public final class ReportText {

    private static final int FEW = 3;
    private static final int SNIPPET = 160;
    private static final String RULE_INDENT = "  ";
    private static final String DETAIL_INDENT = "            ";

    private final Ink ink;
    private final boolean everyElement;

    /**
     * @param everyElement whether all elements of a rule are listed, or only the first few
     */
    public ReportText(Ink ink, boolean everyElement) {
        this.ink = ink;
        this.everyElement = everyElement;
    }

    /** The lines about one page. */
    public List<String> page(ScanView scan) {
        var lines = new ArrayList<String>();
        var document = scan.report();
        if (document == null) {
            notScanned(scan, lines);
        } else {
            scanned(scan, PageReport.of(document), lines);
        }
        return lines;
    }

    /** One line over all pages. */
    public String summary(List<ScanView> scans) {
        var tally = Tally.of(scans);
        var sentence = new StringBuilder();
        sentence.append(count(tally.scanned(), "page", "pages")).append(" scanned");
        if (tally.scanned() > 0) {
            var violations = tally.violations() - tally.suspectViolations();
            sentence.append(
                    violations == 0
                            ? ": no violations"
                            : ": %s on %s"
                                    .formatted(
                                            count(violations, "violation", "violations"),
                                            count(tally.pagesWithViolations(), "page", "pages")));
        }
        if (tally.needsReview() > 0) {
            sentence.append(", ")
                    .append(count(tally.needsReview(), "place needs", "places need"))
                    .append(" review by a person");
        }
        sentence.append('.');
        if (tally.partial() > 0) {
            sentence.append(' ').append(partial(tally)).append(", see the warnings.");
        }
        if (tally.suspect() > 0) {
            sentence.append(' ').append(suspect(tally));
            if (tally.suspectViolations() > 0) {
                sentence.append(", with ")
                        .append(count(tally.suspectViolations(), "violation", "violations"));
            }
            sentence.append('.');
        }
        if (tally.notScanned() > 0) {
            sentence.append(' ').append(notScanned(tally)).append('.');
        }
        var text = sentence.toString();
        if (tally.notScanned() > 0 || tally.violations() > 0) {
            return ink.worse(text);
        }
        return tally.partial() > 0 || tally.suspect() > 0 ? ink.doubtful(text) : ink.good(text);
    }

    /**
     * Why a command fails with this exit code, however few violations there are; empty when every
     * page was wholly seen.
     */
    public Optional<String> unseen(List<ScanView> scans, int exitCode) {
        var tally = Tally.of(scans);
        if (tally.whollySeen()) {
            return Optional.empty();
        }
        var reasons = new ArrayList<String>();
        if (tally.notScanned() > 0) {
            reasons.add(notScanned(tally));
        }
        if (tally.partial() > 0) {
            reasons.add(partial(tally));
        }
        if (tally.suspect() > 0) {
            reasons.add(suspect(tally));
        }
        return Optional.of(
                ink.worse(
                        "Ends with %d: %s, and no threshold lets that pass."
                                .formatted(exitCode, String.join(", ", reasons))));
    }

    private static String notScanned(Tally tally) {
        return count(tally.notScanned(), "page", "pages") + " could not be scanned";
    }

    private static String partial(Tally tally) {
        return count(tally.partial(), "page was", "pages were") + " not wholly seen";
    }

    private static String suspect(Tally tally) {
        return tally.suspect() == 1
                ? "1 page may not be the one that was asked for"
                : tally.suspect() + " pages may not be those that were asked for";
    }

    /** One line about a scan that has ended, for the progress of many. */
    public String progress(ScanView scan) {
        var url = Printable.line(scan.url(), SNIPPET);
        var document = scan.report();
        if (document == null) {
            return "%s  could not be scanned: %s".formatted(url, kind(scan.failure()));
        }
        var report = PageReport.of(document);
        var violations = report.summary().violations();
        var warnings = count(report.warnings().size(), "warning", "warnings");
        if (report.suspect()) {
            return url
                    + "  suspect: may not be the page that was asked for"
                    + (violations == 0
                            ? ""
                            : "; " + count(violations, "violation", "violations") + " on it");
        }
        if (violations == 0) {
            return url
                    + "  no violations"
                    + (report.warnings().isEmpty() ? "" : ", but " + warnings);
        }
        return url
                + "  "
                + count(violations, "violation", "violations")
                + (report.warnings().isEmpty() ? "" : ", and " + warnings);
    }

    private void notScanned(ScanView scan, List<String> lines) {
        lines.add(ink.bold(Printable.line(scan.url())));
        lines.add("");
        var failure = scan.failure();
        if (scan.status().equals("cancelled")) {
            lines.add(RULE_INDENT + ink.doubtful("Cancelled before it was scanned."));
        } else {
            lines.add(
                    RULE_INDENT
                            + ink.worse(
                                    "Could not be scanned (%s, %s)"
                                            .formatted(
                                                    kind(failure),
                                                    count(scan.attempt(), "attempt", "attempts"))));
            if (failure != null) {
                lines.add(RULE_INDENT + Printable.line(failure.message()));
            }
            lines.add(RULE_INDENT + "It ended as the dead letter of scan " + scan.id());
        }
    }

    private void scanned(ScanView scan, PageReport report, List<String> lines) {
        lines.add(ink.bold(Printable.line(scan.url())));
        var title = Printable.line(report.title());
        lines.add(title.isEmpty() ? "(no title)" : title);
        if (!report.finalUrl().equals(report.url())) {
            lines.add("Led to " + Printable.line(report.finalUrl()));
        }
        score(report).ifPresent(lines::add);
        lines.add("");
        for (var finding : report.violations()) {
            rule(finding, lines);
        }
        for (var finding : report.needsReview()) {
            lines.add(
                    RULE_INDENT
                            + ink.doubtful("%-8s  ".formatted("review"))
                            + "%s: %s (%s)"
                                    .formatted(
                                            Printable.line(finding.rule()),
                                            Printable.line(finding.help()),
                                            places(finding)));
        }
        if (!report.needsReview().isEmpty()) {
            lines.add("");
        }
        for (var warning : report.warnings()) {
            lines.add(RULE_INDENT + ink.doubtful("Warning: ") + Printable.line(warning));
        }
        var verdict = Printable.line(report.summary().verdict());
        lines.add(
                RULE_INDENT
                        + (report.summary().violations() == 0
                                        && report.warnings().isEmpty()
                                        && !report.suspect()
                                ? ink.good(verdict)
                                : report.suspect() ? ink.worse(verdict) : ink.bold(verdict)));
        var files = scan.reportFiles();
        if (files != null && files.html() != null) {
            lines.add(RULE_INDENT + "Report: " + files.html());
        }
    }

    /** Nothing for reports of before there were scores. */
    private Optional<String> score(PageReport report) {
        if (report.suspect()) {
            return Optional.of(
                    ink.worse("Suspect, no score: this may not be the page that was asked for"));
        }
        return Optional.ofNullable(report.score())
                .map(score ->
                        report.partial()
                                ? ink.doubtful(
                                        "Score %d of 100, partial: a part of the page was not seen"
                                                .formatted(score))
                                : "Score %d of 100, valid: the whole page was seen"
                                        .formatted(score));
    }

    private void rule(PageReport.Finding finding, List<String> lines) {
        lines.add(
                RULE_INDENT
                        + impact(finding.impact())
                        + "  "
                        + ink.bold(Printable.line(finding.rule()))
                        + ": "
                        + Printable.line(finding.help())
                        + " ("
                        + places(finding)
                        + ")");
        lines.add(
                DETAIL_INDENT
                        + (finding.successCriteria().isEmpty()
                                ? "Best practice"
                                : "WCAG "
                                        + Printable.line(
                                                String.join(", ", finding.successCriteria())))
                        + "  "
                        + ink.faint(Printable.line(finding.helpUrl())));
        var shown =
                everyElement
                        ? finding.nodes()
                        : finding.nodes().subList(0, Math.min(FEW, finding.nodes().size()));
        for (var node : shown) {
            lines.add(DETAIL_INDENT + "- " + Printable.line(String.join(" >>> ", node.target())));
            lines.add(DETAIL_INDENT + "  " + ink.faint(Printable.line(node.html(), SNIPPET)));
        }
        var left = finding.nodeCount() - shown.size();
        if (left > 0) {
            lines.add(
                    DETAIL_INDENT
                            + "and %d more%s"
                                    .formatted(
                                            left,
                                            shown.size() < finding.nodes().size()
                                                    ? ", shown with --all"
                                                    : ""));
        }
        lines.add("");
    }

    /** Padded before it is coloured, since colour codes have no width. */
    private String impact(String impact) {
        var padded = "%-8s".formatted(Printable.line(impact));
        return switch (impact) {
            case "critical" -> ink.worse(padded);
            case "serious" -> ink.bad(padded);
            default -> ink.doubtful(padded);
        };
    }

    private static String places(PageReport.Finding finding) {
        return count(finding.nodeCount(), "element", "elements");
    }

    private static String kind(ScanView.@Nullable Failure failure) {
        if (failure == null) {
            return "no reason given";
        }
        return failure.httpStatus() == null
                ? failure.type()
                : "%s %d".formatted(failure.type(), failure.httpStatus());
    }

    static String count(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
