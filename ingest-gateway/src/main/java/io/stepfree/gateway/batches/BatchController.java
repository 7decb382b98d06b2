package io.stepfree.gateway.batches;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.BatchIds;
import io.stepfree.gateway.live.LiveStreams;
import io.stepfree.gateway.live.Subject;
import io.stepfree.gateway.scans.ScanIntake;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The batches over HTTP: show, follow, cancel. A batch is made by the scans that name it. */
@RestController
@RequestMapping("/api/batches/{id}")
public final class BatchController {

    private final BatchProjection projection;
    private final ScanIntake intake;
    private final LiveStreams streams;

    /**
     * The answer to a cancelled batch; which of its scans end as cancelled the scheduler decides.
     */
    record CancelOrdered(String id, String requestId) {}

    public BatchController(BatchProjection projection, ScanIntake intake, LiveStreams streams) {
        this.projection = projection;
        this.intake = intake;
        this.streams = streams;
    }

    @Needs(Scope.READ)
    @GetMapping
    BatchStatus show(Caller caller, @PathVariable String id) {
        return projection.known(caller.client(), id);
    }

    @Needs(Scope.READ)
    @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    void follow(
            Caller caller,
            @PathVariable String id,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        String batchId = Objects.requireNonNull(BatchIds.ofClient(caller.client(), id));
        streams.serveBatch(
                caller.client(),
                batchId,
                () -> {
                    BatchStatus batch = projection.known(caller.client(), id);
                    return new Subject.Present(batch, batch.mark());
                },
                request,
                response);
    }

    @Needs(Scope.SUBMIT)
    @DeleteMapping
    ResponseEntity<CancelOrdered> cancel(Caller caller, @PathVariable String id) {
        BatchStatus batch = projection.known(caller.client(), id);
        if (batch.hasEnded()) {
            throw new ProblemException(
                    ProblemType.CONFLICT,
                    "Batch %s has ended: none of its %d scans is open, so there is nothing to cancel."
                            .formatted(batch.id(), batch.accepted()));
        }
        RequestId requestId = RequestContext.current().orElseGet(RequestId::create);
        intake.cancelBatch(caller.client(), batch.id(), requestId);
        return ResponseEntity.accepted().body(new CancelOrdered(batch.id(), requestId.value()));
    }
}
