package io.stepfree.reporting.format;

import io.stepfree.reporting.document.ReportDocument.Finding;

/** What a report counts and does not keep, told in the same words everywhere. Stateless. */
final class Leftover {

    private Leftover() {}

    /** How many elements of a finding are counted but not kept. */
    static int of(Finding finding) {
        return Math.max(0, finding.nodeCount() - finding.nodes().size());
    }

    static String sentence(int leftOut) {
        return leftOut == 1
                ? "1 more element is counted, but was left out to keep the result small."
                : "%d more elements are counted, but were left out to keep the result small."
                        .formatted(leftOut);
    }
}
