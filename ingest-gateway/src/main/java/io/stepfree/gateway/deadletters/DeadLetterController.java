package io.stepfree.gateway.deadletters;

import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.PageLimit;
import io.stepfree.gateway.admission.ReplayReason;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.scan.FailureType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The dead letters over HTTP: list, show, replay. */
@RestController
@RequestMapping("/admin/dlq")
public final class DeadLetterController {

    private static final List<String> FAILURE_TYPES =
            Arrays.stream(FailureType.values())
                    .map(type -> type.name().toLowerCase(Locale.ROOT))
                    .toList();

    private final JsonBody bodies;
    private final DeadLetterIndex index;
    private final ReplayOrders orders;

    /** Dead letters, newest first. */
    record DeadLetters(List<DeadLetterRow> items) {}

    /** Records that could not be decoded, newest first. */
    record Unreadable(List<UnreadableRow> items) {}

    /** The answer to an order. */
    record Ordered(String commandId, String scanId) {}

    public DeadLetterController(JsonBody bodies, DeadLetterIndex index, ReplayOrders orders) {
        this.bodies = bodies;
        this.index = index;
        this.orders = orders;
    }

    @GetMapping("/jobs")
    DeadLetters list(
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String type) {
        return new DeadLetters(index.newest(PageLimit.read(limit), failureType(type)));
    }

    @GetMapping("/jobs/{scanId}")
    DeadLetterRow show(@PathVariable String scanId) {
        return deadLetter(scanId);
    }

    @GetMapping("/unreadable")
    Unreadable unreadable(@RequestParam(required = false) @Nullable String limit) {
        return new Unreadable(index.unreadable(PageLimit.read(limit)));
    }

    @PostMapping("/retry/{scanId}")
    ResponseEntity<Ordered> replay(@PathVariable String scanId, HttpServletRequest request)
            throws IOException {
        String reason =
                ReplayReason.read(
                        bodies.optional(
                                new JsonBody.Source(
                                        request.getContentType(),
                                        request.getHeader(HttpHeaders.CONTENT_ENCODING),
                                        request.getContentLengthLong(),
                                        request.getInputStream())));
        DeadLetterRow dead = deadLetter(scanId);
        if (dead.alreadyReplayed()) {
            throw new ProblemException(
                    ProblemType.CONFLICT,
                    "The dead letter of scan %s has been replayed already."
                            .formatted(dead.scanId()));
        }
        String commandId =
                orders.order(
                        dead.scanId(),
                        reason,
                        RequestContext.current().orElseGet(RequestId::create));
        return ResponseEntity.accepted().body(new Ordered(commandId, dead.scanId()));
    }

    private DeadLetterRow deadLetter(String scanId) {
        return ScanIds.read(scanId)
                .flatMap(index::find)
                .orElseThrow(() ->
                        new ProblemException(
                                ProblemType.NOT_FOUND,
                                "There is no dead letter of a scan with the id %s."
                                        .formatted(scanId)));
    }

    private static @Nullable String failureType(@Nullable String written) {
        if (written == null) {
            return null;
        }
        String asked = written.toLowerCase(Locale.ROOT);
        if (!FAILURE_TYPES.contains(asked)) {
            throw new ProblemException(
                    ProblemType.INVALID_FIELDS,
                    "The query parameter type is wrong.",
                    List.of(
                            FieldError.inQuery(
                                    "type",
                                    written,
                                    "must be one of " + String.join(", ", FAILURE_TYPES))));
        }
        return asked;
    }
}
