package io.stepfree.gateway.monitoring;

import io.stepfree.gateway.admission.NewRecovery;
import io.stepfree.gateway.orders.OrderDesk;
import io.stepfree.platform.recovery.Recoveries;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Has parts started anew: those of the gateway at once, those of other services by an order that
 * each of their instances carries out. Thread-safe.
 */
public final class RecoveryDesk {

    private static final Map<String, List<String>> OWNERS =
            Map.of(
                    "browser",
                    List.of("scan-processor"),
                    "consumers",
                    List.of("scan-scheduler", "report-builder", "dlq-processor", "alert-processor"),
                    "pool",
                    List.of("report-builder", "dlq-processor"));

    private static final List<String> ALL =
            List.of(
                    "scan-scheduler",
                    "scan-processor",
                    "report-builder",
                    "dlq-processor",
                    "alert-processor");

    private final Recoveries own;
    private final OrderDesk desk;

    /**
     * What was done.
     *
     * @param done what this gateway did itself, one sentence each
     * @param ordered what others were ordered; each tells what it did as its component recovery in
     *     /health/detailed
     */
    record Recovered(String component, List<String> done, List<Ordered> ordered) {}

    /** An order to one service. */
    record Ordered(String service, String commandId) {}

    public RecoveryDesk(Recoveries own, OrderDesk desk) {
        this.own = own;
        this.desk = desk;
    }

    Recovered recover(NewRecovery recovery) {
        Optional<String> done =
                own.recover(recovery.component(), "ordered here: " + recovery.reason());
        return new Recovered(
                recovery.component(),
                done.stream().toList(),
                order(
                        OWNERS.getOrDefault(recovery.component(), List.of()),
                        OperatorCommandKind.RECOVER,
                        recovery.component(),
                        recovery.reason()));
    }

    /** Has a breaker of this name closed in every service but this one. */
    List<Ordered> resetElsewhere(String breaker) {
        return order(ALL, OperatorCommandKind.RESET_BREAKER, breaker, "");
    }

    private List<Ordered> order(
            List<String> services, OperatorCommandKind kind, String component, String reason) {
        var ordered = new ArrayList<Ordered>();
        for (String service : services) {
            OperatorCommand order =
                    desk.give(
                            service,
                            OperatorCommand.newBuilder().setKind(kind).setComponent(component),
                            reason);
            ordered.add(new Ordered(service, order.getCommandId()));
        }
        return ordered;
    }
}
