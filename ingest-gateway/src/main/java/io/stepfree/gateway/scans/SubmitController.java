package io.stepfree.gateway.scans;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Callers;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.NewScan;
import io.stepfree.gateway.admission.ScanAdmission;
import io.stepfree.gateway.audit.Unaudited;
import io.stepfree.gateway.cache.ResultCache;
import io.stepfree.gateway.callbacks.CallbackBook;
import io.stepfree.gateway.idempotency.IdempotencyKey;
import io.stepfree.gateway.idempotency.OncePerKey;
import io.stepfree.gateway.idempotency.OncePerKey.Submitted;
import io.stepfree.gateway.limits.Allowance;
import io.stepfree.gateway.limits.Allowances;
import io.stepfree.gateway.waiting.EndWaits;
import io.stepfree.gateway.waiting.WaitPreference;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import tools.jackson.databind.JsonNode;

/**
 * Takes one scan over HTTP. Answers at once where the same was scanned a moment ago, else once the
 * broker has it, or, for who prefers to wait, when it has ended.
 */
@RestController
public final class SubmitController {

    /** Beyond the wait itself, in which the end is read from the database. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Allowances allowances;
    private final QueueBound queue;
    private final JsonBody bodies;
    private final ScanAdmission admission;
    private final ScanIntake intake;
    private final OncePerKey oncePerKey;
    private final ScanProjection projection;
    private final ShownScans shown;
    private final EarlierResults earlier;
    private final EndWaits waits;
    private final Callers callers;
    private final CallbackBook callbacks;

    /** The answer to a submitted scan. */
    record Accepted(String id, String status, String url, String requestId, ScanLinks links) {}

    /** What came of a request: the scan, and whether it was begun by this very request. */
    private record Begun(Submitted scan, boolean now) {}

    /** What a client asks for, found in order. */
    record Order(
            Caller caller,
            Optional<IdempotencyKey> key,
            JsonNode body,
            NewScan scan,
            List<String> cacheControl) {}

    public SubmitController(
            Allowances allowances,
            QueueBound queue,
            JsonBody bodies,
            ScanAdmission admission,
            ScanIntake intake,
            OncePerKey oncePerKey,
            ScanProjection projection,
            ShownScans shown,
            EarlierResults earlier,
            EndWaits waits,
            Callers callers,
            CallbackBook callbacks) {
        this.allowances = allowances;
        this.queue = queue;
        this.bodies = bodies;
        this.admission = admission;
        this.intake = intake;
        this.oncePerKey = oncePerKey;
        this.projection = projection;
        this.shown = shown;
        this.earlier = earlier;
        this.waits = waits;
        this.callers = callers;
        this.callbacks = callbacks;
    }

    /* The answer, or one that is held and comes later. */
    @Unaudited("too many, and each is a record of scan.requests with its client and request id")
    @Needs(Scope.SUBMIT)
    @PostMapping(ScanLinks.SCANS)
    Object submit(Caller caller, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Allowance allowance = allowances.of(caller);
        allowance.tellLimit(response);
        try {
            Order order = order(caller, request);
            EarlierResults.Look look = earlier.look(order);
            look.status().ifPresent(status -> response.setHeader(EarlierResults.STATUS, status));
            if (look.hit() != null) {
                // Nothing is taken, so nothing need be counted.
                return repeated(look.hit(), request);
            }
            Object answer = submit(order, request, allowance);
            allowance.tell(response);
            return answer;
        } catch (ProblemException e) {
            allowance.tell(response);
            throw e;
        }
    }

    private Order order(Caller caller, HttpServletRequest request) throws IOException {
        Optional<IdempotencyKey> key =
                IdempotencyKey.read(Collections.list(request.getHeaders(IdempotencyKey.HEADER)));
        JsonNode body =
                bodies.required(
                        new JsonBody.Source(
                                request.getContentType(),
                                request.getHeader(HttpHeaders.CONTENT_ENCODING),
                                request.getContentLengthLong(),
                                request.getInputStream()));
        NewScan scan = admission.admit(body);
        intake.requireSealable(scan);
        callbacks.requireSigned(caller.client(), scan.callback());
        return new Order(
                caller,
                key,
                body,
                scan,
                Collections.list(request.getHeaders(HttpHeaders.CACHE_CONTROL)));
    }

    private Object submit(Order order, HttpServletRequest request, Allowance allowance) {
        String client = order.caller().client();
        Begun begun =
                begin(
                        order,
                        new ScanBeginning(
                                client, order.scan(), intake, queue, allowance, callbacks));
        var accepted =
                new Accepted(
                        begun.scan().scanId(),
                        "accepted",
                        order.scan().url(),
                        begun.scan().requestId().value(),
                        ScanLinks.of(begun.scan().scanId()));
        return wish(order.caller(), request)
                .flatMap(wait -> held(order.caller(), request, begun, accepted, wait))
                .<Object>map(answer -> answer)
                .orElseGet(() -> taken(accepted).body(accepted));
    }

    private Begun begin(Order order, ScanBeginning beginning) {
        String scanId = intake.newId();
        RequestId requestId = RequestContext.current().orElseGet(RequestId::create);
        if (order.key().isEmpty()) {
            beginning.begin(scanId, requestId);
            return new Begun(new Submitted(scanId, requestId), true);
        }
        Submitted submitted =
                oncePerKey.submit(
                        order.caller().client(),
                        order.key().get(),
                        order.body(),
                        scanId,
                        requestId,
                        beginning);
        return new Begun(submitted, submitted.scanId().equals(scanId));
    }

    private static ResponseEntity<byte[]> repeated(
            ResultCache.Hit hit, HttpServletRequest request) {
        ShownScans.Shown scan = ShownScans.Shown.of(hit.result().json());
        return ResponseEntity.ok()
                .location(URI.create(ScanLinks.of(hit.result().scanId()).self()))
                .header(HttpHeaders.AGE, Long.toString(hit.age().toSeconds()))
                .cacheControl(CacheControl.noCache().cachePrivate())
                .eTag(scan.tag().header(request.getHeader(HttpHeaders.ACCEPT_ENCODING)))
                .contentType(MediaType.APPLICATION_JSON)
                .body(scan.repeated(hit.age()).getBytes(StandardCharsets.UTF_8));
    }

    /* Whoever may not read has no use for waiting. */
    private Optional<Duration> wish(Caller caller, HttpServletRequest request) {
        return caller.may(Scope.READ)
                ? WaitPreference.read(
                        Collections.list(request.getHeaders(WaitPreference.HEADER)),
                        waits.longest())
                : Optional.empty();
    }

    /* Empty where too many wait already. */
    private Optional<DeferredResult<ResponseEntity<?>>> held(
            Caller caller,
            HttpServletRequest request,
            Begun begun,
            Accepted accepted,
            Duration wait) {
        String scanId = accepted.id();
        String encodings = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        ResponseEntity<?> late =
                taken(accepted)
                        .header(WaitPreference.APPLIED, WaitPreference.applied(wait))
                        .body(accepted);
        var answer = new DeferredResult<ResponseEntity<?>>(wait.plus(GRACE).toMillis(), late);
        boolean waiting =
                waits.begin(
                        new EndWaits.Wish<>(
                                caller.client(),
                                scanId,
                                wait,
                                begun.now(),
                                callers.standing(request),
                                () -> end(caller.client(), scanId)),
                        end ->
                                answer.setResult(
                                        end.<ResponseEntity<?>>map(
                                                        status -> ended(status, wait, encodings))
                                                .orElse(late)));
        return waiting ? Optional.of(answer) : Optional.empty();
    }

    /* Its report counts from when it can be read. */
    private Optional<ScanStatus> end(String client, String scanId) {
        return projection
                .findWithoutReport(client, scanId)
                .filter(status -> status.mark().isLast())
                .flatMap(_ -> projection.find(client, scanId))
                .filter(status -> status.mark().isLast());
    }

    private ResponseEntity<byte[]> ended(
            ScanStatus status, Duration wait, @Nullable String encodings) {
        ShownScans.Shown scan = shown.show(status);
        return ResponseEntity.ok()
                .header(HttpHeaders.CONTENT_LOCATION, ScanLinks.of(status.id()).self())
                .header(WaitPreference.APPLIED, WaitPreference.applied(wait))
                .cacheControl(CacheControl.noCache().cachePrivate())
                .eTag(scan.tag().header(encodings))
                .contentType(MediaType.APPLICATION_JSON)
                .body(scan.bytes());
    }

    private static ResponseEntity.BodyBuilder taken(Accepted accepted) {
        return ResponseEntity.accepted().location(URI.create(accepted.links().self()));
    }
}
