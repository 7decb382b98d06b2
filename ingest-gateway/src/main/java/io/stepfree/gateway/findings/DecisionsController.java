package io.stepfree.gateway.findings;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.ChosenDecisions;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.NewDecision;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Decisions over HTTP: accept, ignore or assign findings, list what was decided, take it back. */
@RestController
@RequestMapping(DecisionsController.DECISIONS)
final class DecisionsController {

    static final String DECISIONS = "/api/decisions";

    private static final Logger log = LoggerFactory.getLogger(DecisionsController.class);

    private final JsonBody bodies;
    private final DecisionBook book;
    private final InstantSource clock;

    /** Those of a client, the newest first. */
    record DecisionList(List<Decision> items) {}

    DecisionsController(JsonBody bodies, DecisionBook book, InstantSource clock) {
        this.bodies = bodies;
        this.book = book;
        this.clock = clock;
    }

    @Needs(Scope.SUBMIT)
    @PutMapping
    ResponseEntity<Decision> decide(Caller caller, HttpServletRequest request) throws IOException {
        NewDecision wanted = NewDecision.read(bodies.required(source(request)), clock.instant());
        Decision decision =
                book.put(caller.client(), caller.name(), wanted)
                        .orElseThrow(() ->
                                new ProblemException(
                                        ProblemType.CONFLICT,
                                        "Client %s has %d decisions, as many as it may have; delete one first, or decide by a pattern."
                                                .formatted(caller.client(), DecisionBook.MOST)));
        log.info("{} {} findings by {}", caller.name(), decision.decision(), decision.id());
        return ResponseEntity.ok()
                .location(URI.create(DECISIONS + "/" + decision.id()))
                .body(decision);
    }

    @Needs(Scope.READ)
    @GetMapping
    DecisionList list(Caller caller, @RequestParam MultiValueMap<String, String> parameters) {
        return new DecisionList(book.list(caller.client(), ChosenDecisions.ofQuery(parameters)));
    }

    @Needs(Scope.SUBMIT)
    @DeleteMapping("/{id}")
    ResponseEntity<Void> delete(Caller caller, @PathVariable String id) {
        UUID known = ScanIds.read(id).map(UUID::fromString).orElseThrow(() -> unknown(id));
        if (!book.delete(caller.client(), known)) {
            throw unknown(id);
        }
        log.info("{} took back the decision {}", caller.name(), known);
        return ResponseEntity.noContent().build();
    }

    private static ProblemException unknown(String id) {
        return new ProblemException(
                ProblemType.NOT_FOUND, "There is no decision with the id %s.".formatted(id));
    }

    private static JsonBody.Source source(HttpServletRequest request) throws IOException {
        return new JsonBody.Source(
                request.getContentType(),
                request.getHeader(HttpHeaders.CONTENT_ENCODING),
                request.getContentLengthLong(),
                request.getInputStream());
    }
}
