package io.stepfree.gateway.batches;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.BatchIds;
import io.stepfree.gateway.scans.ScanIntake;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import java.util.Optional;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The batches over HTTP: show, cancel. A batch is made by the scans that name it. */
@RestController
@RequestMapping("/api/batches/{id}")
public final class BatchController {

    private final BatchProjection projection;
    private final ScanIntake intake;

    /**
     * The answer to a cancelled batch; which of its scans end as cancelled the scheduler decides.
     */
    record CancelOrdered(String id, String requestId) {}

    public BatchController(BatchProjection projection, ScanIntake intake) {
        this.projection = projection;
        this.intake = intake;
    }

    @Needs(Scope.READ)
    @GetMapping
    BatchStatus show(Caller caller, @PathVariable String id) {
        return known(caller.client(), id);
    }

    @Needs(Scope.SUBMIT)
    @DeleteMapping
    ResponseEntity<CancelOrdered> cancel(Caller caller, @PathVariable String id) {
        BatchStatus batch = known(caller.client(), id);
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

    private BatchStatus known(String client, String id) {
        return Optional.of(id)
                .filter(BatchIds::isOne)
                .flatMap(name -> projection.find(client, name))
                .orElseThrow(() ->
                        new ProblemException(
                                ProblemType.NOT_FOUND,
                                "There is no batch with the id %s, or none of its scans has been accepted yet."
                                        .formatted(id)));
    }
}
