package io.stepfree.reporting.pages;

import io.stepfree.reporting.document.ReportDocument;
import java.io.IOException;

/** Takes the pages of a report, one after the other. */
public interface PageVisitor {

    /** A page that was scanned, with what was found on it. */
    void seen(ReportDocument page) throws IOException;

    /**
     * A page that was scanned, with what is known beside its report. Whoever writes the report
     * alone leaves that out.
     */
    default void seen(ReportDocument page, Overlay overlay) throws IOException {
        seen(page);
    }

    /** A page of which nothing can be said. */
    void notSeen(UnseenPage page) throws IOException;
}
