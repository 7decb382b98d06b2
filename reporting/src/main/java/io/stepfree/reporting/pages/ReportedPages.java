package io.stepfree.reporting.pages;

import java.io.IOException;

/**
 * What a report is about: one scan, or the scans of a batch. Whoever writes a report walks over the
 * pages and keeps of them no more than it needs, so that ten thousand cost no more memory than one.
 */
public interface ReportedPages {

    /** What they are together. */
    ReportSubject subject();

    /**
     * Hands over every page once, those that were seen and those that were not, in an order that is
     * the same each time. Can be called again, for what is written in two passes.
     *
     * @throws IOException what the visitor threw; it ends the walk
     */
    void each(PageVisitor visitor) throws IOException;
}
