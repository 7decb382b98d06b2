package io.stepfree.gateway.scans;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * One scan over HTTP, and its report alone. Who sends the tag of what it has is answered with 304
 * as long as that is all there is.
 */
@Needs(Scope.READ)
@RestController
public final class ResultController {

    private final ScanProjection projection;
    private final RecentScans recent;
    private final ShownScans shown;

    public ResultController(ScanProjection projection, RecentScans recent, ShownScans shown) {
        this.projection = projection;
        this.recent = recent;
        this.shown = shown;
    }

    @GetMapping(ScanLinks.SCANS + "/{id}")
    ResponseEntity<byte[]> show(
            Caller caller, @PathVariable String id, HttpServletRequest request) {
        String scanId = known(id);
        ScanStatus status =
                projection
                        .find(caller.client(), scanId)
                        .or(() ->
                                recent.find(caller.client(), scanId).map(ScanStatus::justAccepted))
                        .orElseThrow(() -> unknown(id));
        return answer(shown.show(status), request);
    }

    @GetMapping(ScanLinks.SCANS + "/{id}/result")
    ResponseEntity<byte[]> result(
            Caller caller, @PathVariable String id, HttpServletRequest request) {
        String scanId = known(id);
        ScanStatus status =
                projection
                        .find(caller.client(), scanId)
                        .or(() ->
                                recent.find(caller.client(), scanId).map(ScanStatus::justAccepted))
                        .orElseThrow(() -> unknown(id));
        String report = status.report();
        if (report == null) {
            throw new ProblemException(ProblemType.CONFLICT, whyNone(status));
        }
        return answer(ShownScans.Shown.of(report), request);
    }

    private static String whyNone(ScanStatus status) {
        String self = ScanLinks.of(status.id()).self();
        return switch (status.status()) {
            case "dead_lettered" ->
                    "Scan %s has no result: it failed for good at attempt %d (%s), and is a dead letter. It has one once it is replayed and ends well; or submit the page anew."
                            .formatted(status.id(), status.attempt(), status.whyFailed());
            case "cancelled" ->
                    "Scan %s has no result and will have none: it was cancelled."
                            .formatted(status.id());
            case "completed" ->
                    "Scan %s has ended, and its report is being written; ask again in a moment."
                            .formatted(status.id());
            default ->
                    "Scan %s has no result yet: it is %s. %s/events tells when it ends."
                            .formatted(status.id(), status.status(), self);
        };
    }

    private static ResponseEntity<byte[]> answer(
            ShownScans.Shown content, HttpServletRequest request) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noCache().cachePrivate())
                .eTag(content.tag().header(request.getHeader(HttpHeaders.ACCEPT_ENCODING)))
                .contentType(MediaType.APPLICATION_JSON)
                .body(content.bytes());
    }

    private static String known(String id) {
        return ScanIds.read(id).orElseThrow(() -> unknown(id));
    }

    static ProblemException unknown(String id) {
        return new ProblemException(
                ProblemType.NOT_FOUND, "There is no scan with the id %s.".formatted(id));
    }
}
