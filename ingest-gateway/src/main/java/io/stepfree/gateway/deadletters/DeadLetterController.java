package io.stepfree.gateway.deadletters;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.ChosenDeadLetters;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.PageLimit;
import io.stepfree.gateway.admission.ReplayReason;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.schemas.ops.DeadLetterFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The dead letters over HTTP: list, show, what they have in common, replay of one. */
@Needs(Scope.ADMIN)
@RestController
@RequestMapping("/admin/dlq")
public final class DeadLetterController {

    private static final Set<String> PAGING = Set.of("limit", "cursor");
    private static final Set<String> GROUPING = Set.of("limit", Breakdown.NAME);

    private final JsonBody bodies;
    private final DeadLetterIndex index;
    private final PatternIndex patterns;
    private final ReplayOrders orders;

    /** Patterns, those with the most dead letters first. */
    record Patterns(List<PatternRow> items) {}

    /**
     * One dead letter.
     *
     * @param letter that of the scan's last life
     * @param earlierLives those that were replayed before, newest first, as long as they are kept
     */
    record Shown(@JsonUnwrapped DeadLetterRow letter, List<EarlierLife> earlierLives) {}

    /** Records that could not be decoded, newest first. */
    record Unreadable(List<UnreadableRow> items) {}

    /** The answer to an order. */
    public record Ordered(String commandId, String scanId) {}

    public DeadLetterController(
            JsonBody bodies, DeadLetterIndex index, PatternIndex patterns, ReplayOrders orders) {
        this.bodies = bodies;
        this.index = index;
        this.patterns = patterns;
        this.orders = orders;
    }

    @GetMapping("/jobs")
    DeadLetterIndex.Page list(@RequestParam MultiValueMap<String, String> parameters) {
        DeadLetterFilter filter = ChosenDeadLetters.ofQuery(parameters, PAGING);
        String cursor = parameters.getFirst("cursor");
        return index.page(
                filter,
                cursor == null ? null : Cursor.read(cursor),
                PageLimit.read(parameters.getFirst("limit")));
    }

    @GetMapping("/patterns")
    Patterns patterns(@RequestParam MultiValueMap<String, String> parameters) {
        DeadLetterFilter filter = ChosenDeadLetters.ofQuery(parameters, GROUPING);
        return new Patterns(
                patterns.patterns(
                        filter,
                        Breakdown.read(parameters.getFirst(Breakdown.NAME)),
                        PageLimit.read(parameters.getFirst("limit"))));
    }

    @GetMapping("/stats")
    DeadLetterStats stats() {
        return patterns.stats();
    }

    @GetMapping("/jobs/{scanId}")
    Shown show(@PathVariable String scanId) {
        DeadLetterRow letter = index.lastLife(scanId);
        return new Shown(letter, index.livesBefore(letter));
    }

    @GetMapping("/unreadable")
    Unreadable unreadable(@RequestParam(required = false) @Nullable String limit) {
        return new Unreadable(index.unreadable(PageLimit.read(limit)));
    }

    @PostMapping("/retry/{scanId}")
    ResponseEntity<Ordered> replay(
            Caller caller, @PathVariable String scanId, HttpServletRequest request)
            throws IOException {
        return replay(caller, scanId, reason(request));
    }

    /**
     * Reads why a dead letter is to be replayed from a request's body, which may be missing.
     *
     * @throws ProblemException naming every field that is wrong
     */
    public String reason(HttpServletRequest request) throws IOException {
        return ReplayReason.read(
                bodies.optional(
                        new JsonBody.Source(
                                request.getContentType(),
                                request.getHeader(HttpHeaders.CONTENT_ENCODING),
                                request.getContentLengthLong(),
                                request.getInputStream())));
    }

    /**
     * Orders that the dead letter of a scan be replayed.
     *
     * @throws ProblemException when there is none, or it cannot be replayed
     */
    public ResponseEntity<Ordered> replay(Caller by, String scanId, String reason) {
        DeadLetterRow dead = index.lastLife(scanId);
        dead.obstacle()
                .ifPresent(sentence -> {
                    throw new ProblemException(ProblemType.CONFLICT, sentence);
                });
        String commandId = orders.order(by, dead.scanId(), reason);
        return ResponseEntity.accepted()
                .location(KeepingController.actionAddress(commandId))
                .body(new Ordered(commandId, dead.scanId()));
    }
}
