package io.stepfree.gateway.scans;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.gateway.audit.Unaudited;
import io.stepfree.gateway.callbacks.CallbackBook;
import io.stepfree.gateway.idempotency.IdempotencyKey;
import io.stepfree.gateway.idempotency.OncePerKey;
import io.stepfree.gateway.idempotency.OncePerKey.Submitted;
import io.stepfree.gateway.limits.Allowance;
import io.stepfree.gateway.limits.Allowances;
import io.stepfree.gateway.live.LiveStreams;
import io.stepfree.gateway.live.Subject;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.scan.ScanRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * The scans over HTTP: cancel, follow, count. {@link SubmitController} takes them, {@link
 * ResultController} shows one, and {@link ScanListController} lists them.
 */
@RestController
public final class ScanController {

    private final ScanIntake intake;
    private final RecentScans recent;
    private final ScanProjection projection;
    private final LiveStreams streams;
    private final CallbackBook callbacks;

    /** The answer to a cancelled scan; whether it ends as cancelled is decided by the scheduler. */
    record CancelOrdered(String id, String requestId, ScanLinks links) {}

    public ScanController(
            ScanIntake intake, RecentScans recent, ScanProjection projection, LiveStreams streams) {
            Allowances allowances,
            QueueBound queue,
            JsonBody bodies,
            ScanAdmission admission,
            ScanIntake intake,
            OncePerKey oncePerKey,
            RecentScans recent,
            ScanProjection projection,
            LiveStreams streams,
            CallbackBook callbacks) {
        this.allowances = allowances;
        this.queue = queue;
        this.bodies = bodies;
        this.admission = admission;
        this.intake = intake;
        this.recent = recent;
        this.projection = projection;
        this.streams = streams;
        this.callbacks = callbacks;
    }

    @Unaudited("too many, and each is a record of scan.requests with its client and request id")
    @Needs(Scope.SUBMIT)
    @DeleteMapping(ScanLinks.SCANS + "/{id}")
    @PostMapping(SCANS)
    ResponseEntity<Accepted> submit(
            Caller caller, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Allowance allowance = allowances.of(caller);
        allowance.tellLimit(response);
        try {
            ResponseEntity<Accepted> answer = submit(request, caller.client(), allowance);
            allowance.tell(response);
            return answer;
        } catch (ProblemException e) {
            allowance.tell(response);
            throw e;
        }
    }

    private ResponseEntity<Accepted> submit(
            HttpServletRequest request, String client, Allowance allowance) throws IOException {
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
        callbacks.requireSigned(client, scan.callback());
        Submitted submitted =
                submit(
                        client,
                        key,
                        body,
                        new ScanBeginning(client, scan, intake, queue, allowance, callbacks));
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

    private Submitted submit(
            String client, Optional<IdempotencyKey> key, JsonNode body, ScanBeginning beginning) {
        String scanId = intake.newId();
        RequestId requestId = requestId();
        if (key.isPresent()) {
            return oncePerKey.submit(client, key.get(), body, scanId, requestId, beginning);
        }
        beginning.begin(scanId, requestId);
        return new Submitted(scanId, requestId);
    }

    @Needs(Scope.SUBMIT)
    @DeleteMapping(SCANS + "/{id}")
    ResponseEntity<CancelOrdered> cancel(Caller caller, @PathVariable String id) {
        String scanId = known(id);
        Optional<ScanProjection.Whereabouts> projected =
                projection.whereabouts(caller.client(), scanId);
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
                        .or(() -> recent.find(caller.client(), scanId).map(ScanRequest::getHost))
                        .orElseThrow(() -> ResultController.unknown(scanId));
        RequestId requestId = requestId();
        intake.cancel(scanId, host, requestId);
        return ResponseEntity.accepted()
                .body(new CancelOrdered(scanId, requestId.value(), ScanLinks.of(scanId)));
    }

    @Needs(Scope.READ)
    @GetMapping(
            path = ScanLinks.SCANS + "/{id}/events",
            produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    void follow(
            Caller caller,
            @PathVariable String id,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        String scanId = known(id);
        streams.serveScan(
                caller.client(), scanId, () -> standing(caller, scanId), request, response);
    }

    private Subject.Present standing(Caller caller, String scanId) {
        return projection
                .findWithoutReport(caller.client(), scanId)
                .or(() -> recent.find(caller.client(), scanId).map(ScanStatus::justAccepted))
                .map(status -> new Subject.Present(status, status.mark()))
                .orElseThrow(() -> ResultController.unknown(scanId));
    }

    /** How many of one's own; whoever runs the platform sees all. */
    @Needs(Scope.READ)
    @GetMapping("/api/status")
    ScanProjection.Counts counts(Caller caller) {
        return caller.may(Scope.ADMIN) ? projection.counts() : projection.counts(caller.client());
    }

    private static String known(String id) {
        return ScanIds.read(id).orElseThrow(() -> ResultController.unknown(id));
    }

    private static RequestId requestId() {
        return RequestContext.current().orElseGet(RequestId::create);
    }
}
