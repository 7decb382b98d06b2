package io.stepfree.gateway.deadletters;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.PageLimit;
import io.stepfree.gateway.admission.Purge;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.gateway.admission.StatedReason;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.schemas.ops.OperatorCommandKind;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * What stays of the dead letters, over HTTP: quarantine, release, discard, purge, and the trail.
 */
@Needs(Scope.ADMIN)
@RestController
@RequestMapping("/admin/dlq")
public final class KeepingController {

    private final JsonBody bodies;
    private final DeadLetterIndex deadLetters;
    private final ActionIndex actions;
    private final KeepingOrders orders;

    /** The answer to an order about one scan. */
    record Ordered(String commandId, String scanId) {}

    /**
     * The answer to a purge.
     *
     * @param commandId the order's id; absent when nothing was ordered
     * @param dryRun whether it was only asked what would go
     * @param preview what it deletes, or would delete
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PurgeOrdered(
            @Nullable String commandId,
            boolean dryRun,
            @JsonUnwrapped ActionIndex.Preview preview) {}

    /** Orders, newest first. */
    record Actions(List<ActionRow> items) {}

    public KeepingController(
            JsonBody bodies,
            DeadLetterIndex deadLetters,
            ActionIndex actions,
            KeepingOrders orders) {
        this.bodies = bodies;
        this.deadLetters = deadLetters;
        this.actions = actions;
        this.orders = orders;
    }

    @PostMapping("/jobs/{scanId}/quarantine")
    ResponseEntity<Ordered> quarantine(
            Caller caller, @PathVariable String scanId, HttpServletRequest request)
            throws IOException {
        return judge(OperatorCommandKind.QUARANTINE, "quarantined", caller, scanId, request);
    }

    @PostMapping("/jobs/{scanId}/discard")
    ResponseEntity<Ordered> discard(
            Caller caller, @PathVariable String scanId, HttpServletRequest request)
            throws IOException {
        return judge(OperatorCommandKind.DISCARD, "discarded", caller, scanId, request);
    }

    @PostMapping("/jobs/{scanId}/release")
    ResponseEntity<Ordered> release(
            Caller caller, @PathVariable String scanId, HttpServletRequest request)
            throws IOException {
        return judge(OperatorCommandKind.RELEASE, "dead", caller, scanId, request);
    }

    @PostMapping("/purge")
    ResponseEntity<PurgeOrdered> purge(Caller caller, HttpServletRequest request)
            throws IOException {
        Purge purge = Purge.read(bodies.required(source(request)));
        ActionIndex.Preview preview = actions.preview(purge.filter());
        if (purge.dryRun() || preview.matching() == 0) {
            return ResponseEntity.ok(new PurgeOrdered(null, purge.dryRun(), preview));
        }
        String commandId = orders.order(caller, purge);
        return accepted(commandId, new PurgeOrdered(commandId, false, preview));
    }

    @GetMapping("/actions")
    Actions actions(@RequestParam(required = false) @Nullable String limit) {
        return new Actions(actions.newest(PageLimit.read(limit)));
    }

    @GetMapping("/actions/{commandId}")
    ActionRow action(@PathVariable String commandId) {
        return ScanIds.read(commandId)
                .flatMap(actions::find)
                .orElseThrow(() ->
                        new ProblemException(
                                ProblemType.NOT_FOUND,
                                "No order with the id %s is known; one just given may not have been taken yet."
                                        .formatted(commandId)));
    }

    private ResponseEntity<Ordered> judge(
            OperatorCommandKind kind,
            String state,
            Caller caller,
            String scanId,
            HttpServletRequest request)
            throws IOException {
        String reason = StatedReason.read(bodies.optional(source(request)));
        DeadLetterRow letter = deadLetters.lastLife(scanId);
        if (letter.state().equals("replayed")) {
            throw conflict("The dead letter of scan %s has been replayed.", letter);
        }
        if (letter.state().equals(state)) {
            throw conflict(
                    "The dead letter of scan %s is "
                            + state
                            + " already"
                            + (state.equals("dead")
                                    ? ", there is nothing to release it from."
                                    : "."),
                    letter);
        }
        if (letter.claimedBy() != null) {
            throw conflict(
                    "A replay is about to hand on the dead letter of scan %s; stop the replay first.",
                    letter);
        }
        String commandId = orders.order(caller, kind, letter.scanId(), reason);
        return accepted(commandId, new Ordered(commandId, letter.scanId()));
    }

    private static ProblemException conflict(String sentence, DeadLetterRow letter) {
        return new ProblemException(ProblemType.CONFLICT, sentence.replace("%s", letter.scanId()));
    }

    private static <T> ResponseEntity<T> accepted(String commandId, T body) {
        return ResponseEntity.accepted().location(actionAddress(commandId)).body(body);
    }

    /** Where it can be read what came of an order. */
    static URI actionAddress(String commandId) {
        return URI.create("/admin/dlq/actions/" + commandId);
    }

    private static JsonBody.Source source(HttpServletRequest request) throws IOException {
        return new JsonBody.Source(
                request.getContentType(),
                request.getHeader(HttpHeaders.CONTENT_ENCODING),
                request.getContentLengthLong(),
                request.getInputStream());
    }
}
