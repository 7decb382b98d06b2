package io.stepfree.reports.shelf;

import io.stepfree.reporting.document.ReportDocument;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * Where reports lie as files. What is there is there whole and never changes: its name has a hash
 * of what it says, and to write the same again is a success. What is not what its name says is
 * damaged, and written anew. To remove again is a success, too. Blocking; any number of threads may
 * write and remove at once, for the same scan as well.
 */
public interface ReportShelf {

    /**
     * Where a report lies.
     *
     * @param html the page: an absolute path, or s3://bucket/key
     * @param json the document
     */
    record Places(String html, String json) {}

    /**
     * Writes all files of a report. Whatever becomes of the process then, each is there whole; a
     * power cut may take or tear them until they are {@linkplain #flush flushed}.
     *
     * @param json the document as {@code ReportJson} writes it; not written here, as whoever keeps
     *     a report has use for it as well
     * @throws IOException when they are not all there: the disk or S3 does not take them, which
     *     trying again may mend
     */
    Places write(ReportDocument document, String json) throws IOException;

    /**
     * Returns once these reports would survive a power cut. Costs the less the longer ago they were
     * written, as the system writes to the disk by itself.
     *
     * @param reports where the report of each scan was written, by the scan's id
     * @return the scans of which not all files are there any more, as the disk did not take them
     * @throws IOException when it is not known whether they would
     */
    Set<String> flush(Map<String, Places> reports) throws IOException;

    /**
     * The scans of which not all files are there, or one does not say what its name says or cannot
     * be read, as after a power cut.
     */
    Set<String> damaged(Map<String, Places> reports);

    /**
     * Removes reports with all that lies beside them. Only what is of the scan and is named like a
     * file of a report is touched, wherever that is.
     *
     * @param reports where the report of each scan was written, by the scan's id
     * @return how many of these places are free now, also when they were before; the encoded forms
     *     of a page are not counted
     * @throws LeftReportsException when some could not be removed; all others are
     * @throws IOException when it is not known that they are
     */
    long remove(Map<String, Places> reports) throws IOException;

    /**
     * Removes all that lies there of these scans, also what no row tells of.
     *
     * @return how many files went
     * @throws IOException when it is not known that all went
     */
    long removeAll(Set<String> scanIds) throws IOException;

    /** Counts the files that lie there of these scans. */
    long count(Set<String> scanIds) throws IOException;
}
