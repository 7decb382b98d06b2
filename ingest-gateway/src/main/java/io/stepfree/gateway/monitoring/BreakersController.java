package io.stepfree.gateway.monitoring;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.health.ServiceNames;
import io.stepfree.gateway.health.SystemHealth;
import io.stepfree.platform.breaker.Breaker;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.util.List;
import java.util.Optional;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The breakers over HTTP: how they stand, and reset by hand. */
@Needs(Scope.ADMIN)
@RestController
@RequestMapping("/admin/breakers")
public final class BreakersController {

    private final Breakers own;
    private final SystemHealth health;
    private final RecoveryDesk desk;

    /** Every breaker of every service that was heard. */
    record All(List<SystemHealth.BreakerState> items) {}

    /**
     * The answer to a reset.
     *
     * @param here whether this gateway has such a breaker; it is closed then
     * @param ordered the orders to the other services that have one
     */
    record Reset(String name, boolean here, List<RecoveryDesk.Ordered> ordered) {}

    public BreakersController(Breakers own, SystemHealth health, RecoveryDesk desk) {
        this.own = own;
        this.health = health;
        this.desk = desk;
    }

    @GetMapping
    All all() {
        return new All(health.breakers());
    }

    /* Its own goes first, because the broker's stands before the orders to the others. */
    @PostMapping("/{name}/reset")
    ResponseEntity<Reset> reset(Caller caller, @PathVariable String name)
            throws InterruptedException {
        Optional<Breaker> here = own.find(name);
        here.ifPresent(Breaker::reset);
        boolean elsewhere =
                health.breakers().stream()
                        .anyMatch(breaker ->
                                breaker.name().equals(name)
                                        && !breaker.service().equals(ServiceNames.GATEWAY));
        if (here.isEmpty() && !elsewhere) {
            throw new ProblemException(
                    ProblemType.NOT_FOUND,
                    "No service has a breaker of the name '%s'; GET /admin/breakers lists all."
                            .formatted(name));
        }
        return ResponseEntity.accepted()
                .body(
                        new Reset(
                                name,
                                here.isPresent(),
                                elsewhere ? desk.resetElsewhere(caller, name) : List.of()));
    }
}
