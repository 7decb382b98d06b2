package io.stepfree.reports.shelf;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.page.HtmlPage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/**
 * Makes a document into the files of its report. They depend on the document alone, so that the
 * same files come of it again after a crash; the bytes of encoded forms depend on the version of
 * the encoder as well. Thread-safe.
 *
 * <p>A name has half of the SHA-256 of its content: who sees a report by its name sees what was
 * written, and who does not know what a report says cannot find its name.
 */
public final class ReportPrint {

    private static final String HTML = "text/html;charset=utf-8";
    private static final String JSON = "application/json";
    private static final int HASH_BYTES = 16;

    private final HtmlPage page;
    private final List<Encoding> encodings;

    /**
     * @param encodings the forms in which the page is written besides the plain one; one that this
     *     machine does not have is left out
     */
    public ReportPrint(HtmlPage page, Collection<Encoding> encodings) {
        this.page = page;
        this.encodings = encodings.stream().distinct().filter(Encoding::available).toList();
    }

    ReportFile.Set of(ReportDocument document, String text) throws IOException {
        return of(page.render(document), text.getBytes(StandardCharsets.UTF_8));
    }

    /** The files of a page and a document that are written already. */
    ReportFile.Set of(byte[] html, byte[] json) throws IOException {
        var plain = new ReportFile(name(html, "html"), html, HTML);
        var encoded = new ArrayList<ReportFile>();
        for (Encoding encoding : encodings) {
            encoded.add(plain.in(encoding));
        }
        return new ReportFile.Set(plain, new ReportFile(name(json, "json"), json, JSON), encoded);
    }

    /** Whether pages are written in this form. */
    boolean has(Encoding encoding) {
        return encodings.contains(encoding);
    }

    private static String name(byte[] content, String ending) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return "report.%s.%s".formatted(HexFormat.of().formatHex(hash, 0, HASH_BYTES), ending);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
