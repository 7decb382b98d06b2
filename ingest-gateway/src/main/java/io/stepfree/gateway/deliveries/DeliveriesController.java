package io.stepfree.gateway.deliveries;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.PageLimit;
import io.stepfree.gateway.admission.ScanAdmission;
import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What became of callbacks over HTTP: list, show, try again. */
@RestController
final class DeliveriesController {

    private static final String DELIVERIES = "/api/webhooks/deliveries";

    private final DeliveryQueue queue;
    private final Runnable whenRevived;

    /** Deliveries, newest first. */
    record DeliveryList(List<Delivery> items) {}

    DeliveriesController(DeliveryQueue queue, Runnable whenRevived) {
        this.queue = queue;
        this.whenRevived = whenRevived;
    }

    @Needs(Scope.READ)
    @GetMapping(DELIVERIES)
    DeliveryList list(
            Caller caller,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String limit) {
        if (state != null && !Delivery.STATES.contains(state)) {
            throw ScanAdmission.invalid(
                    List.of(
                            FieldError.inQuery(
                                    "state",
                                    state,
                                    "must be one of " + String.join(", ", Delivery.STATES))));
        }
        return new DeliveryList(queue.list(caller.client(), state, PageLimit.read(limit)));
    }

    @Needs(Scope.READ)
    @GetMapping(DELIVERIES + "/{id}")
    Delivery show(Caller caller, @PathVariable String id) {
        return known(caller, id);
    }

    @Needs(Scope.SUBMIT)
    @PostMapping(DELIVERIES + "/{id}/retry")
    ResponseEntity<Delivery> retry(Caller caller, @PathVariable String id) {
        Delivery delivery = known(caller, id);
        if (!queue.revive(caller.client(), id)) {
            throw new ProblemException(
                    ProblemType.CONFLICT,
                    "Delivery %s is %s; only a dead one can be tried again."
                            .formatted(delivery.id(), delivery.state()));
        }
        whenRevived.run();
        return ResponseEntity.accepted().body(known(caller, id));
    }

    private Delivery known(Caller caller, String id) {
        return queue.find(caller.client(), id)
                .orElseThrow(() ->
                        new ProblemException(
                                ProblemType.NOT_FOUND,
                                "There is no delivery with the id %s.".formatted(id)));
    }
}
