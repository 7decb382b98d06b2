package io.stepfree.reporting.page;

import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.document.ReportDocument.Node;
import io.stepfree.reporting.pages.Overlay;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be mended of a violated rule on a page: all of it but what somebody has accepted or
 * ignored. That stays in the score, so mending the rest takes only a part of the rule's burden
 * away. It is public for the template only.
 *
 * @param finding the rule
 * @param nodes those of its elements that are listed and to be mended
 * @param flickering how many of these were gone when the page was looked at again
 */
public record Outstanding(Finding finding, List<Node> nodes, int flickering) {

    public Outstanding {
        nodes = List.copyOf(nodes);
    }

    /**
     * Of a rule on a page of which something may have been decided.
     *
     * @param first the number of its first element, as the overlay counts them
     */
    static Outstanding of(Finding finding, int first, Overlay overlay) {
        var nodes = new ArrayList<Node>();
        int flickering = 0;
        for (int index = 0; index < finding.nodes().size(); index++) {
            var mark = overlay.marks().get(first + index);
            if (mark == null || !Decisions.settles(mark.decided())) {
                nodes.add(finding.nodes().get(index));
                flickering += mark != null && "flickering".equals(mark.again()) ? 1 : 0;
            }
        }
        return new Outstanding(finding, nodes, flickering);
    }

    /** All violated rules of a page, also those of which nothing is left, in its order. */
    static List<Outstanding> of(List<Finding> violations, Overlay overlay) {
        var all = new ArrayList<Outstanding>();
        int first = 0;
        for (Finding finding : violations) {
            all.add(of(finding, first, overlay));
            first += finding.nodes().size();
        }
        return all;
    }

    /** How many occurrences were accepted or ignored. */
    public int setAside() {
        return finding.nodes().size() - nodes.size();
    }

    /** How many are to be mended, also those that are only counted. */
    public int occurrences() {
        return Math.max(1, finding.nodeCount()) - setAside();
    }

    /** Whether any is. */
    boolean isLeft() {
        return occurrences() > 0;
    }

    /** Whether all that is left was gone when the page was looked at again. */
    public boolean flickers() {
        return isLeft() && flickering == occurrences();
    }

    /** What mending them takes off the burden of the page. */
    double burden() {
        return Burden.of(finding) - Burden.of(finding.impact(), setAside());
    }
}
