package io.stepfree.reporting.pages;

import io.stepfree.reporting.document.ReportDocument;
import java.io.IOException;

/**
 * The page of one scan that has a result.
 *
 * @param document its report
 * @param overlay what is known beside it
 */
public record OnePage(ReportDocument document, Overlay overlay) implements ReportedPages {

    /** The report alone. */
    public OnePage(ReportDocument document) {
        this(document, Overlay.NONE);
    }

    @Override
    public ReportSubject subject() {
        return new ReportSubject(
                ReportSubject.Kind.SCAN,
                document.scanId(),
                document.client(),
                document.completedAt());
    }

    @Override
    public void each(PageVisitor visitor) throws IOException {
        visitor.seen(document, overlay);
    }
}
