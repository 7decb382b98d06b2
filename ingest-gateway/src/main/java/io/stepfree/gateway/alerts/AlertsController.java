package io.stepfree.gateway.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.NewSilence;
import io.stepfree.gateway.admission.PageLimit;
import io.stepfree.gateway.admission.ReplayReason;
import io.stepfree.gateway.health.ServiceNames;
import io.stepfree.gateway.health.SignalBoard;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.schemas.ops.BreakerHealth;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.ServiceSignal;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The alerts over HTTP: list, test, silence. */
@Needs(Scope.ADMIN)
@RestController
@RequestMapping("/admin/alerts")
public final class AlertsController {

    private final JsonBody bodies;
    private final SignalBoard signals;
    private final AlertBoard board;
    private final AlertOrders orders;

    /**
     * How things stand.
     *
     * @param open the incidents that have not ended, the most urgent first
     * @param resolved those that have, the newest first
     * @param silences what nobody is told of for now
     */
    record Alerts(List<AlertRow> open, List<AlertRow> resolved, List<SilenceRow> silences) {}

    /**
     * The answer to an order of a test.
     *
     * @param commandId the order's id
     * @param alert the key of the alert that receivers will see
     * @param receivers who is set up to be told, as the alert-processor says; absent while none is
     *     heard of
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TestOrdered(String commandId, String alert, @Nullable List<String> receivers) {}

    /** The answer to an order of a silence, or of its end. */
    record SilenceOrdered(String commandId, String alert, @Nullable Instant until) {}

    public AlertsController(
            JsonBody bodies, SignalBoard signals, AlertBoard board, AlertOrders orders) {
        this.bodies = bodies;
        this.signals = signals;
        this.board = board;
        this.orders = orders;
    }

    @GetMapping
    Alerts alerts(@RequestParam(required = false) @Nullable String limit) {
        return new Alerts(board.open(), board.resolved(PageLimit.read(limit)), board.silences());
    }

    @PostMapping("/test")
    ResponseEntity<TestOrdered> test(Caller caller, HttpServletRequest request) throws IOException {
        String reason = ReplayReason.read(bodies.optional(source(request)));
        String id = orders.test(caller, reason).getCommandId();
        return ResponseEntity.accepted().body(new TestOrdered(id, "test/" + id, receivers()));
    }

    /** Each receiver has a breaker of its own name there, and nothing else has one. */
    private @Nullable List<String> receivers() {
        List<ServiceSignal> known = signals.heard(ServiceNames.ALERTS);
        return known.isEmpty()
                ? null
                : known.stream()
                        .flatMap(signal -> signal.getBreakers().stream())
                        .map(BreakerHealth::getName)
                        .distinct()
                        .sorted()
                        .toList();
    }

    @PostMapping("/silences")
    ResponseEntity<SilenceOrdered> silence(Caller caller, HttpServletRequest request)
            throws IOException {
        NewSilence silence = NewSilence.read(bodies.required(source(request)));
        return accepted(orders.silence(caller, silence));
    }

    @DeleteMapping("/silences")
    ResponseEntity<SilenceOrdered> endSilence(Caller caller, @RequestParam String alert) {
        if (!board.isSilenced(alert)) {
            throw new ProblemException(
                    ProblemType.NOT_FOUND,
                    "Nothing of the name '%s' is silenced; GET /admin/alerts lists what is."
                            .formatted(alert));
        }
        return accepted(orders.endSilence(caller, alert));
    }

    private ResponseEntity<SilenceOrdered> accepted(OperatorCommand order) {
        // It comes by the topic, too, but whoever ordered it may ask before.
        board.order(order);
        return ResponseEntity.accepted()
                .body(
                        new SilenceOrdered(
                                order.getCommandId(),
                                Objects.requireNonNull(order.getAlert()),
                                order.getUntil()));
    }

    private static JsonBody.Source source(HttpServletRequest request) throws IOException {
        return new JsonBody.Source(
                request.getContentType(),
                request.getHeader(HttpHeaders.CONTENT_ENCODING),
                request.getContentLengthLong(),
                request.getInputStream());
    }
}
