package io.stepfree.reporting.format;

import io.stepfree.reporting.pages.ReportedPages;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes pages in one format. Stateless and thread-safe; takes no more memory for many pages than
 * for the largest of them.
 */
interface ReportWriter {

    /**
     * Writes all of them, in one walk: between two walks over a batch that is still open a scan may
     * end, and would then be in neither.
     *
     * @param out flushed in the end and left open
     * @throws IOException what the pages or the stream threw; what was written until then is no
     *     whole report
     */
    void write(ReportedPages pages, OutputStream out) throws IOException;
}
