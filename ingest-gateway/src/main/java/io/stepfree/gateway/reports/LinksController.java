package io.stepfree.gateway.reports;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.NewLink;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Links to reports over HTTP: make one, end all. */
@RestController
final class LinksController {

    private static final Logger log = LoggerFactory.getLogger(LinksController.class);

    private final JsonBody bodies;
    private final ReportLinks links;

    /**
     * A link.
     *
     * @param url where the report is until then, for whoever has it
     * @param format the format of the report
     * @param expiresAt when it ends
     * @param servedBy who answers there: gateway, or s3
     */
    record Link(URI url, String format, Instant expiresAt, String servedBy) {
        /** For logs, which the link itself is not for. */
        @Override
        public String toString() {
            return "Link[%s, %s]".formatted(format, expiresAt);
        }
    }

    LinksController(JsonBody bodies, ReportLinks links) {
        this.bodies = bodies;
        this.links = links;
    }

    /* It has no Location, which the audit log keeps: nobody reads a report with what stands there. */
    @Needs(Scope.READ)
    @PostMapping("/api/scans/{id}/links")
    ResponseEntity<Link> make(Caller caller, @PathVariable String id, HttpServletRequest request)
            throws IOException {
        NewLink wanted =
                NewLink.read(
                        bodies.optional(
                                new JsonBody.Source(
                                        request.getContentType(),
                                        request.getHeader(HttpHeaders.CONTENT_ENCODING),
                                        request.getContentLengthLong(),
                                        request.getInputStream())));
        URI own = URI.create(request.getRequestURL().toString());
        ReportLinks.Made made = links.make(caller.client(), id, wanted);
        log.info(
                "{} made a link to the report of scan {} until {}",
                caller.name(),
                made.scanId(),
                made.until());
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(
                        new Link(
                                own.resolve(made.address()),
                                wanted.format().extension(),
                                made.until(),
                                made.servedBy()));
    }

    @Needs(Scope.SUBMIT)
    @DeleteMapping("/api/links")
    ResponseEntity<Void> endAll(Caller caller) {
        links.endAll(caller.client());
        log.info("{} ended all links of {}", caller.name(), caller.client());
        return ResponseEntity.noContent().build();
    }
}
