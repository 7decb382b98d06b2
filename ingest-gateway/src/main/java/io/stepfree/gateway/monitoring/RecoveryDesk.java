package io.stepfree.gateway.monitoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.admission.NewRecovery;
import io.stepfree.gateway.health.ServiceNames;
import io.stepfree.gateway.orders.OrderDesk;
import io.stepfree.platform.recovery.Recoveries;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has parts started anew: those of the gateway at once, those of other services by an order that
 * each of their instances carries out. Thread-safe.
 */
public final class RecoveryDesk {

    private static final Map<String, List<String>> OWNERS =
            Map.of(
                    "browser",
                    List.of(ServiceNames.WORKER),
                    "consumers",
                    List.of(
                            ServiceNames.SCHEDULER,
                            ServiceNames.REPORTS,
                            ServiceNames.DEAD_LETTERS,
                            ServiceNames.ALERTS),
                    "pool",
                    List.of(ServiceNames.REPORTS, ServiceNames.DEAD_LETTERS),
                    "streams",
                    List.of(ServiceNames.SCHEDULER, ServiceNames.ALERTS));

    private static final Logger log = LoggerFactory.getLogger(RecoveryDesk.class);

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

    /**
     * An order to one service.
     *
     * @param commandId the order's id; absent when it is not known to be on its way
     * @param problem why not
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Ordered(String service, @Nullable String commandId, @Nullable String problem) {}

    public RecoveryDesk(Recoveries own, OrderDesk desk) {
        this.own = own;
        this.desk = desk;
    }

    Recovered recover(Caller by, NewRecovery recovery) throws InterruptedException {
        Optional<String> done =
                own.recover(
                        recovery.component(),
                        recovery.reason().isBlank()
                                ? "ordered here"
                                : "ordered here: " + recovery.reason());
        return new Recovered(
                recovery.component(),
                done.stream().toList(),
                order(
                        by,
                        OWNERS.getOrDefault(recovery.component(), List.of()),
                        OperatorCommandKind.RECOVER,
                        recovery.component(),
                        recovery.reason()));
    }

    /** Has a breaker of this name closed in every service but this one. */
    List<Ordered> resetElsewhere(Caller by, String breaker) throws InterruptedException {
        return order(by, ServiceNames.OTHERS, OperatorCommandKind.RESET_BREAKER, breaker, "");
    }

    /* Side by side: with Kafka away each would be waited for. */
    private List<Ordered> order(
            Caller by,
            List<String> services,
            OperatorCommandKind kind,
            String component,
            String reason)
            throws InterruptedException {
        var orders = new LinkedHashMap<String, CompletableFuture<OperatorCommand>>();
        for (String service : services) {
            orders.put(
                    service,
                    Promptly.begin(() ->
                            desk.give(
                                    service,
                                    by,
                                    OperatorCommand.newBuilder()
                                            .setKind(kind)
                                            .setComponent(component),
                                    reason)));
        }
        settle(orders.values());
        var ordered = new ArrayList<Ordered>();
        for (var order : orders.entrySet()) {
            ordered.add(outcome(order.getKey(), order.getValue()));
        }
        return ordered;
    }

    private static void settle(Collection<CompletableFuture<OperatorCommand>> orders)
            throws InterruptedException {
        try {
            var _ =
                    Promptly.await(
                            CompletableFuture.allOf(orders.toArray(CompletableFuture[]::new)));
        } catch (TimeoutException | ExecutionException e) {
            log.debug("not every order was given", e);
        }
    }

    private static Ordered outcome(String service, CompletableFuture<OperatorCommand> order) {
        return switch (order.state()) {
            case SUCCESS -> new Ordered(service, order.resultNow().getCommandId(), null);
            case RUNNING ->
                    new Ordered(
                            service,
                            null,
                            "Kafka did not acknowledge in time; it may still be carried out.");
            case FAILED, CANCELLED ->
                    new Ordered(
                            service, null, "Kafka did not take the order; give it again later.");
        };
    }
}
