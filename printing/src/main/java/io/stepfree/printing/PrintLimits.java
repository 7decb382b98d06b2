package io.stepfree.printing;

import java.time.Duration;

/**
 * What one document may take.
 *
 * @param atOnce how many are printed at the same time
 * @param patience how long one waits for its turn
 * @param deadline how long the browser may take for one
 * @param htmlBytes how long the page may be as HTML
 * @param pdfBytes how long the document may be
 */
public record PrintLimits(
        int atOnce, Duration patience, Duration deadline, long htmlBytes, long pdfBytes) {}
