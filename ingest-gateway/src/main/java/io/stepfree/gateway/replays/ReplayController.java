package io.stepfree.gateway.replays;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.PageLimit;
import io.stepfree.gateway.admission.ReplayAdmission;
import io.stepfree.gateway.admission.ReplayReason;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
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

/** Replays of many dead letters over HTTP: order, list, show, stop, resume. */
@Needs(Scope.ADMIN)
@RestController
@RequestMapping(ReplayController.REPLAYS)
public final class ReplayController {

    static final String REPLAYS = "/admin/dlq/replays";

    private final JsonBody bodies;
    private final ReplayIndex index;
    private final ManyReplayOrders orders;

    /** Where more can be read. */
    record Links(String self) {
        static Links of(String replayId) {
            return new Links(REPLAYS + "/" + replayId);
        }
    }

    /** The answer to an ordered replay; whether it can be carried out stands in its row. */
    record Accepted(String id, String state, String requestId, Links links) {}

    /** The answer to an order about a replay. */
    record Ordered(String commandId, String id, String requestId, Links links) {}

    /** Replays, newest first. */
    record Replays(List<ReplayRow> items) {}

    public ReplayController(JsonBody bodies, ReplayIndex index, ManyReplayOrders orders) {
        this.bodies = bodies;
        this.index = index;
        this.orders = orders;
    }

    @PostMapping
    ResponseEntity<Accepted> begin(Caller caller, HttpServletRequest request) throws IOException {
        var replay = ReplayAdmission.admit(bodies.required(source(request)));
        RequestId requestId = requestId();
        String id = orders.begin(caller, replay);
        Links links = Links.of(id);
        return ResponseEntity.accepted()
                .location(URI.create(links.self()))
                .body(new Accepted(id, "ordered", requestId.value(), links));
    }

    @GetMapping
    Replays list(@RequestParam(required = false) @Nullable String limit) {
        return new Replays(index.newest(PageLimit.read(limit)));
    }

    @GetMapping("/{id}")
    ReplayRow show(@PathVariable String id) {
        return replay(id);
    }

    @PostMapping("/{id}/stop")
    ResponseEntity<Ordered> stop(Caller caller, @PathVariable String id, HttpServletRequest request)
            throws IOException {
        String reason = ReplayReason.read(bodies.optional(source(request)));
        ReplayRow replay = replay(id);
        if (!replay.goesOn()) {
            throw conflict(replay, "there is nothing to stop");
        }
        RequestId requestId = requestId();
        return ordered(orders.stop(caller, replay.id(), reason), replay, requestId);
    }

    @PostMapping("/{id}/resume")
    ResponseEntity<Ordered> resume(
            Caller caller, @PathVariable String id, HttpServletRequest request) throws IOException {
        String reason = ReplayReason.read(bodies.optional(source(request)));
        ReplayRow replay = replay(id);
        if (!replay.canBeResumed()) {
            throw conflict(replay, "only a stopped one can be resumed");
        }
        RequestId requestId = requestId();
        return ordered(orders.resume(caller, replay.id(), reason), replay, requestId);
    }

    private static ResponseEntity<Ordered> ordered(
            String commandId, ReplayRow replay, RequestId requestId) {
        return ResponseEntity.accepted()
                .body(
                        new Ordered(
                                commandId, replay.id(), requestId.value(), Links.of(replay.id())));
    }

    private ReplayRow replay(String id) {
        return ScanIds.read(id)
                .flatMap(known ->
                        index.find(known).or(() -> orders.find(known).map(ReplayRow::ordered)))
                .orElseThrow(() ->
                        new ProblemException(
                                ProblemType.NOT_FOUND,
                                "There is no replay with the id %s.".formatted(id)));
    }

    private static ProblemException conflict(ReplayRow replay, String why) {
        return new ProblemException(
                ProblemType.CONFLICT,
                "Replay %s is %s: %s."
                        .formatted(replay.id(), replay.state().replace('_', ' '), why));
    }

    private static JsonBody.Source source(HttpServletRequest request) throws IOException {
        return new JsonBody.Source(
                request.getContentType(),
                request.getHeader(HttpHeaders.CONTENT_ENCODING),
                request.getContentLengthLong(),
                request.getInputStream());
    }

    private static RequestId requestId() {
        return RequestContext.current().orElseGet(RequestId::create);
    }
}
