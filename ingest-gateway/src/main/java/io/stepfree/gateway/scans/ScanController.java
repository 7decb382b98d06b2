package io.stepfree.gateway.scans;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.ScanIds;
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

    /** The answer to a cancelled scan; whether it ends as cancelled is decided by the scheduler. */
    record CancelOrdered(String id, String requestId, ScanLinks links) {}

    public ScanController(
            ScanIntake intake, RecentScans recent, ScanProjection projection, LiveStreams streams) {
        this.intake = intake;
        this.recent = recent;
        this.projection = projection;
        this.streams = streams;
    }

    @Needs(Scope.SUBMIT)
    @DeleteMapping(ScanLinks.SCANS + "/{id}")
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
                        .orElseThrow(() -> KnownScans.unknown(scanId));
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
                .orElseThrow(() -> KnownScans.unknown(scanId));
    }

    /** How many of one's own; whoever runs the platform sees all. */
    @Needs(Scope.READ)
    @GetMapping("/api/status")
    ScanProjection.Counts counts(Caller caller) {
        return caller.may(Scope.ADMIN) ? projection.counts() : projection.counts(caller.client());
    }

    private static String known(String id) {
        return ScanIds.read(id).orElseThrow(() -> KnownScans.unknown(id));
    }

    private static RequestId requestId() {
        return RequestContext.current().orElseGet(RequestId::create);
    }
}
