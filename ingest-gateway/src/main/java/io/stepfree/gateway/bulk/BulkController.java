package io.stepfree.gateway.bulk;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.idempotency.IdempotencyKey;
import io.stepfree.gateway.limits.Allowances;
import io.stepfree.platform.problem.Problem;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Many scans in one request over HTTP. */
@RestController
final class BulkController {

    private final BulkIntake intake;
    private final Allowances allowances;

    /** Where more can be read. */
    record Links(String self) {}

    /**
     * The answer when scans were accepted.
     *
     * @param batch which they are part of
     * @param refused how many rows were not
     * @param problems why, row by row
     * @param problemsLeftOut how many more rows were refused than are listed
     */
    record Accepted(
            String batch,
            int accepted,
            int refused,
            List<RowProblems.RowProblem> problems,
            int problemsLeftOut,
            String requestId,
            Links links) {}

    /** The answer when none was. */
    record Refused(
            @JsonUnwrapped Problem problem,
            int accepted,
            int refused,
            List<RowProblems.RowProblem> problems,
            int problemsLeftOut) {}

    BulkController(BulkIntake intake, Allowances allowances) {
        this.intake = intake;
        this.allowances = allowances;
    }

    @Needs(Scope.SUBMIT)
    @PostMapping("/api/scans/bulk")
    ResponseEntity<Object> submit(Caller caller, HttpServletRequest request) throws IOException {
        var body =
                new JsonBody.Source(
                        request.getContentType(),
                        request.getHeader(HttpHeaders.CONTENT_ENCODING),
                        request.getContentLengthLong(),
                        request.getInputStream());
        JsonBody.requirePlain(body);
        var format = BulkFormat.of(body.contentType());
        RequestId id = RequestContext.current().orElseGet(RequestId::create);
        var order =
                new BulkIntake.Order(
                        caller.client(),
                        allowances.of(caller),
                        format,
                        BulkQuery.read(request.getParameterMap()),
                        IdempotencyKey.read(
                                Collections.list(request.getHeaders(IdempotencyKey.HEADER))),
                        id,
                        body);
        return switch (intake.take(order)) {
            case BulkIntake.Outcome.Taken taken -> accepted(taken);
            case BulkIntake.Outcome.NothingTaken nothing ->
                    refused(nothing.problems(), request.getRequestURI(), id);
        };
    }

    private static ResponseEntity<Object> accepted(BulkIntake.Outcome.Taken taken) {
        var self = "/api/batches/" + taken.batch();
        RowProblems problems = taken.problems();
        return ResponseEntity.accepted()
                .location(URI.create(self))
                .body(
                        new Accepted(
                                taken.batch(),
                                taken.accepted(),
                                problems.refused(),
                                problems.listed(),
                                problems.leftOut(),
                                taken.id().value(),
                                new Links(self)));
    }

    private static ResponseEntity<Object> refused(RowProblems problems, String path, RequestId id) {
        String detail =
                problems.refused() == 0
                        ? "Nothing was accepted: the body has no row."
                        : "Nothing was accepted: each of the %,d rows is wrong."
                                .formatted(problems.refused());
        return ResponseEntity.badRequest()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .cacheControl(CacheControl.noStore())
                .body(
                        new Refused(
                                Problem.of(
                                        ProblemType.INVALID_FIELDS,
                                        detail,
                                        List.of(),
                                        path,
                                        id.value()),
                                0,
                                problems.refused(),
                                problems.listed(),
                                problems.leftOut()));
    }
}
