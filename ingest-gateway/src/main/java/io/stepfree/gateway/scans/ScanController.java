package io.stepfree.gateway.scans;

import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.NewScan;
import io.stepfree.gateway.admission.PageLimit;
import io.stepfree.gateway.admission.ScanAdmission;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.gateway.idempotency.IdempotencyKey;
import io.stepfree.gateway.idempotency.OncePerKey;
import io.stepfree.gateway.idempotency.OncePerKey.Submitted;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.scan.ScanRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** The scans over HTTP: submit, cancel, show, list, count. */
@RestController
public final class ScanController {

    private static final String SCANS = "/api/scans";

    /** Whom every scan belongs to. */
    private static final String CLIENT = "local";

    private final JsonBody bodies;
    private final ScanAdmission admission;
    private final ScanIntake intake;
    private final OncePerKey oncePerKey;
    private final RecentScans recent;
    private final ScanProjection projection;

    /** Where more can be read. */
    record Links(String self) {
        static Links of(String scanId) {
            return new Links(SCANS + "/" + scanId);
        }
    }

    /** The answer to a submitted scan. */
    record Accepted(String id, String status, String url, String requestId, Links links) {}

    /** The answer to a cancelled scan; whether it ends as cancelled is decided by the scheduler. */
    record CancelOrdered(String id, String requestId, Links links) {}

    /** Scans, newest first. */
    record ScanList(List<ScanStatus> items) {}

    public ScanController(
            JsonBody bodies,
            ScanAdmission admission,
            ScanIntake intake,
            OncePerKey oncePerKey,
            RecentScans recent,
            ScanProjection projection) {
        this.bodies = bodies;
        this.admission = admission;
        this.intake = intake;
        this.oncePerKey = oncePerKey;
        this.recent = recent;
        this.projection = projection;
    }

    @PostMapping(SCANS)
    ResponseEntity<Accepted> submit(HttpServletRequest request) throws IOException {
        Optional<IdempotencyKey> key =
                IdempotencyKey.read(Collections.list(request.getHeaders(IdempotencyKey.HEADER)));
        JsonNode body =
                bodies.required(
                        new JsonBody.Source(
                                request.getContentType(),
                                request.getHeader(HttpHeaders.CONTENT_ENCODING),
                                request.getContentLengthLong(),
                                request.getInputStream()));
        NewScan scan = admission.admit(body);
        intake.requireSealable(scan);
        Submitted submitted = submit(key, body, scan);
        Links links = Links.of(submitted.scanId());
        return ResponseEntity.accepted()
                .location(URI.create(links.self()))
                .body(
                        new Accepted(
                                submitted.scanId(),
                                "accepted",
                                scan.url(),
                                submitted.requestId().value(),
                                links));
    }

    private Submitted submit(Optional<IdempotencyKey> key, JsonNode body, NewScan scan) {
        String scanId = intake.newId();
        RequestId requestId = requestId();
        if (key.isPresent()) {
            return oncePerKey.submit(
                    CLIENT,
                    key.get(),
                    body,
                    scanId,
                    requestId,
                    (id, request) -> intake.submit(scan, id, request));
        }
        intake.submit(scan, scanId, requestId);
        return new Submitted(scanId, requestId);
    }

    @DeleteMapping(SCANS + "/{id}")
    ResponseEntity<CancelOrdered> cancel(@PathVariable String id) {
        String scanId = known(id);
        Optional<ScanProjection.Whereabouts> projected = projection.whereabouts(scanId);
        projected
                .filter(ScanProjection.Whereabouts::ended)
                .ifPresent(ended -> {
                    throw new ProblemException(
                            ProblemType.CONFLICT,
                            "Scan %s has ended: it is %s and cannot be cancelled."
                                    .formatted(scanId, ended.status()));
                });
        String host =
                projected
                        .map(ScanProjection.Whereabouts::host)
                        .or(() -> recent.find(scanId).map(ScanRequest::getHost))
                        .orElseThrow(
                                () -> projected.isPresent() ? halfKnown(scanId) : unknown(scanId));
        RequestId requestId = requestId();
        intake.cancel(scanId, host, requestId);
        return ResponseEntity.accepted()
                .body(new CancelOrdered(scanId, requestId.value(), Links.of(scanId)));
    }

    @GetMapping(SCANS + "/{id}")
    ScanStatus show(@PathVariable String id) {
        String scanId = known(id);
        return projection
                .find(scanId)
                .or(() -> recent.find(scanId).map(ScanStatus::justAccepted))
                .orElseThrow(() -> unknown(scanId));
    }

    @GetMapping(SCANS)
    ScanList list(@RequestParam(required = false) @Nullable String limit) {
        return new ScanList(projection.newest(PageLimit.read(limit)));
    }

    @GetMapping("/api/status")
    ScanProjection.Counts counts() {
        return projection.counts();
    }

    private static String known(String id) {
        return ScanIds.read(id).orElseThrow(() -> unknown(id));
    }

    private static ProblemException unknown(String id) {
        return new ProblemException(
                ProblemType.NOT_FOUND, "There is no scan with the id %s.".formatted(id));
    }

    private static ProblemException halfKnown(String id) {
        return new ProblemException(
                ProblemType.UNAVAILABLE,
                "The acceptance of scan %s is not projected yet; try again in a moment."
                        .formatted(id));
    }

    private static RequestId requestId() {
        return RequestContext.current().orElseGet(RequestId::create);
    }
}
