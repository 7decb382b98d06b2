package io.stepfree.reporting.format;

import io.stepfree.reporting.pages.ReportSubject;
import io.stepfree.reporting.pages.ReportedPages;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The formats of a report. Each shows pages that were not seen, what is to be known before the
 * numbers are believed, and what needs a person's review apart from what is violated;
 * docs/reports.md says where. Thread-safe.
 */
public enum ReportFormat {
    /** The page for people. */
    HTML("html", "text/html;charset=UTF-8", 4),
    /** All that is kept: of a scan its document, of a batch schema/batch-report.schema.json. */
    JSON("json", "application/json", 2),
    /** A line for each page and each occurrence, schema/report-line.schema.json. */
    NDJSON("ndjson", "application/x-ndjson", 2),
    /** The same lines as a table (RFC 4180), safe to be opened in a spreadsheet. */
    CSV("csv", "text/csv;charset=UTF-8;header=present", 4),
    /** SARIF 2.1.0 (OASIS), for code scanning. */
    SARIF("sarif", "application/sarif+json", 2),
    /** JUnit's XML, for whatever shows test results. */
    JUNIT("xml", "application/xml;charset=UTF-8", 1),
    /** EARL 1.0 (W3C) as JSON-LD, in the words of the ACT rules. */
    EARL("earl", "application/ld+json", 1),
    /** A summary in the text format of Prometheus. */
    PROMETHEUS("prom", "text/plain;version=0.0.4;charset=utf-8", 3),
    /** A draft of an accessibility conformance report (OpenACR 0.1.0) as YAML. */
    OPENACR("openacr", "application/yaml", 2),
    /** The page for people as a tagged PDF (PDF/UA-1), for which a printer is needed. */
    PDF("pdf", "application/pdf", 3);

    private final String extension;
    private final String mediaType;
    private final int version;

    ReportFormat(String extension, String mediaType, int version) {
        this.extension = extension;
        this.mediaType = mediaType;
        this.version = version;
    }

    /**
     * The format with this extension, in lower case and without a dot; empty for any other text.
     */
    public static Optional<ReportFormat> of(String extension) {
        return Stream.of(values()).filter(format -> format.extension.equals(extension)).findFirst();
    }

    /** What it is called, and what addresses end with, without the dot, as sarif. */
    public String extension() {
        return extension;
    }

    /** What file names end with, without the dot: who opens them has to know what they are. */
    public String fileExtension() {
        return this == OPENACR ? extension + ".yaml" : extension;
    }

    /** The media type, with its parameters. */
    public String mediaType() {
        return mediaType;
    }

    /**
     * Raised whenever the same pages are written otherwise than before, so that whoever keeps a
     * report notices that it is out of date.
     */
    public int version() {
        return version;
    }

    /** Whether it is the page for people, which tells what is laid over a report as well. */
    public boolean isForPeople() {
        return this == HTML || this == PDF;
    }

    /** A name that is safe on every file system, as stepfree-batch-nightly.sarif. */
    public String fileName(ReportSubject subject) {
        return "stepfree-%s-%s.%s"
                .formatted(
                        subject.kind().name().toLowerCase(Locale.ROOT),
                        subject.id().replaceAll("[^A-Za-z0-9_-]", "_"),
                        fileExtension());
    }

    /**
     * Writes the pages where there is no printer, and so no PDF.
     *
     * @see #write(ReportedPages, Printer, OutputStream)
     */
    public void write(ReportedPages pages, OutputStream out) throws IOException {
        write(pages, Printer.none(), out);
    }

    /**
     * Writes the pages.
     *
     * @param printer makes the PDF; the other formats do not need it
     * @param out flushed in the end and left open
     * @throws PrintingException when there will be no PDF; nothing was written then
     * @throws IOException what the pages or the stream threw; what was written until then is no
     *     whole report
     */
    public void write(ReportedPages pages, Printer printer, OutputStream out) throws IOException {
        writer(printer).write(pages, out);
    }

    private ReportWriter writer(Printer printer) {
        return switch (this) {
            case HTML -> new HtmlReport();
            case JSON -> new JsonReport();
            case NDJSON -> new NdjsonReport();
            case CSV -> new CsvReport();
            case SARIF -> new SarifReport();
            case JUNIT -> new JunitReport();
            case EARL -> new EarlReport();
            case PROMETHEUS -> new PrometheusReport();
            case OPENACR -> new OpenAcrReport();
            case PDF -> new PdfReport(printer);
        };
    }
}
