package io.stepfree.gateway.reports;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.findings.ReportOverlays;
import io.stepfree.gateway.scans.KnownScans;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reporting.format.Printer;
import io.stepfree.reporting.format.PrintingException;
import io.stepfree.reporting.format.ReportFormat;
import io.stepfree.reporting.page.BatchPage;
import io.stepfree.reporting.page.ReportPage;
import io.stepfree.reporting.pages.OnePage;
import io.stepfree.reporting.pages.Overlay;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.ServletWebRequest;

/** The reports of scans and batches over HTTP, in the format that their address ends with. */
@Needs(Scope.READ)
@RestController
public final class ReportsController {

    private static final CacheControl REVALIDATED = CacheControl.noCache().cachePrivate();

    private final KnownScans scans;
    private final BatchReports batches;
    private final ReportOverlays overlays;
    private final Printer printer;

    ReportsController(
            KnownScans scans, BatchReports batches, ReportOverlays overlays, Printer printer) {
        this.scans = scans;
        this.batches = batches;
        this.overlays = overlays;
        this.printer = printer;
    }

    @GetMapping("/api/scans/{id}/report.{format}")
    void scanReport(
            Caller caller,
            @PathVariable String id,
            @PathVariable String format,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        scanReport(caller.client(), id, format(format), true, REVALIDATED, request, response);
    }

    void scanReport(
            String client,
            String id,
            ReportFormat chosen,
            boolean overlaid,
            CacheControl kept,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        String stored = scans.report(client, id);
        ReportDocument document = ReportJson.read(stored);
        // Only the page for people says more than the report does; see docs/adr/0031.
        Overlay overlay =
                overlaid && chosen.isForPeople()
                        ? overlays.ofScan(client, document.scanId())
                        : Overlay.NONE;
        var page = new OnePage(document, overlay);
        var answer =
                new ReportAnswer(
                        page.subject(), chosen, chosen.isForPeople() ? stored + overlay : stored);
        if (chosen == ReportFormat.JSON) {
            // As it was stored, also what a newer builder has put in that we do not know.
            byte[] json = stored.getBytes(StandardCharsets.UTF_8);
            send(answer, out -> out.write(json), kept, request, response);
        } else {
            if (chosen == ReportFormat.HTML) {
                letIn(new ReportPage(document).contentSecurityPolicy(), response);
            }
            send(answer, out -> chosen.write(page, printer, out), kept, request, response);
        }
    }

    @GetMapping("/api/batches/{id}/report.{format}")
    void batchReport(
            Caller caller,
            @PathVariable String id,
            @PathVariable String format,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        ReportFormat chosen = format(format);
        BatchReports.Found found = batches.find(caller.client(), id, chosen.isForPeople());
        var answer = new ReportAnswer(found.pages().subject(), chosen, found.state());
        if (chosen == ReportFormat.HTML) {
            letIn(BatchPage.contentSecurityPolicy(), response);
        }
        send(
                answer,
                out -> chosen.write(found.pages(), printer, out),
                REVALIDATED,
                request,
                response);
    }

    private static void send(
            ReportAnswer answer,
            ReportAnswer.Writing writing,
            CacheControl kept,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        response.setHeader(HttpHeaders.CACHE_CONTROL, kept.getHeaderValue());
        String tag = answer.tag().header(request.getHeader(HttpHeaders.ACCEPT_ENCODING));
        if (!new ServletWebRequest(request, response).checkNotModified(tag)) {
            try {
                answer.send(writing, response);
            } catch (PrintingException e) {
                throw problem(e);
            }
        }
    }

    static ProblemException problem(PrintingException e) {
        return new ProblemException(
                switch (e.reason()) {
                    case NO_BROWSER -> ProblemType.PRINTER_MISSING;
                    case BUSY, FAILED -> ProblemType.PRINTER_UNAVAILABLE;
                    case TOO_LARGE -> ProblemType.REPORT_TOO_LARGE;
                },
                "The report cannot be had as PDF. %s.".formatted(e.getMessage()));
    }

    /* What the page lets in itself, and nobody shows it inside a page of his own. */
    private static void letIn(String policy, HttpServletResponse response) {
        response.setHeader("Content-Security-Policy", policy + "; frame-ancestors 'none'");
    }

    private static ReportFormat format(String extension) {
        return ReportFormat.of(extension)
                .orElseThrow(() ->
                        new ProblemException(
                                ProblemType.NOT_FOUND,
                                "There is no report as %s; there are report.%s."
                                        .formatted(
                                                extension,
                                                Stream.of(ReportFormat.values())
                                                        .map(ReportFormat::extension)
                                                        .collect(
                                                                Collectors.joining(", report.")))));
    }
}
