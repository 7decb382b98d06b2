package io.stepfree.gateway.keys;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.stepfree.gateway.access.AccessProperties;
import io.stepfree.gateway.access.ApiKey;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Clients;
import io.stepfree.gateway.access.KeyRow;
import io.stepfree.gateway.access.KeyStore;
import io.stepfree.gateway.access.Keys;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.NewApiKey;
import io.stepfree.gateway.admission.PageLimit;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.gateway.limits.Plans;
import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The keys over HTTP: make, list, revoke. */
@Needs(Scope.ADMIN)
@RestController
@RequestMapping(KeysController.KEYS)
public final class KeysController {

    static final String KEYS = "/admin/keys";

    private static final Logger log = LoggerFactory.getLogger(KeysController.class);
    private static final String ADMIN = Scope.ADMIN.word();
    private static final int ALL = 100_000;

    private final JsonBody bodies;
    private final Keys keys;
    private final AccessProperties settings;
    private final Plans plans;
    private final InstantSource clock;
    private final ScanIds ids = new ScanIds();

    /**
     * The answer to an order of a key.
     *
     * @param key the key itself, which is shown this once
     */
    record Made(String key, @JsonUnwrapped KeyRow row) {
        /** For logs, which the key itself is not for. */
        @Override
        public String toString() {
            return "Made[%s]".formatted(row.id());
        }
    }

    /** Keys, newest first, also those that have ended. */
    record KeyList(List<KeyRow> items) {}

    public KeysController(
            JsonBody bodies,
            Keys keys,
            AccessProperties settings,
            Plans plans,
            InstantSource clock) {
        this.bodies = bodies;
        this.keys = keys;
        this.settings = settings;
        this.plans = plans;
        this.clock = clock;
    }

    @PostMapping
    ResponseEntity<Made> make(Caller caller, HttpServletRequest request) throws IOException {
        NewApiKey wanted =
                NewApiKey.read(
                        bodies.required(
                                new JsonBody.Source(
                                        request.getContentType(),
                                        request.getHeader(HttpHeaders.CONTENT_ENCODING),
                                        request.getContentLengthLong(),
                                        request.getInputStream())),
                        caller.client(),
                        plans.names());
        if (!othersMayMake()
                && !keys.any()
                && (!wanted.scopes().contains(Scope.ADMIN) || wanted.life() != null)) {
            throw new ProblemException(
                    ProblemType.CONFLICT,
                    "The first key needs the scope admin, and must not expire: from then on nobody is let in without a key, and somebody has to be able to make the next.");
        }
        requireOnePlan(wanted);
        ApiKey key = ApiKey.create(settings.environment());
        KeyRow row =
                keys.make(
                                new KeyStore.NewRow(
                                        ids.next(clock.instant()).toString(),
                                        key,
                                        wanted.name(),
                                        wanted.client(),
                                        wanted.scopes().stream().map(Scope::word).toList(),
                                        wanted.plan(),
                                        caller.name(),
                                        wanted.life() == null
                                                ? null
                                                : clock.instant().plus(wanted.life())))
                        .orElseThrow(() ->
                                new ProblemException(
                                        ProblemType.CONFLICT,
                                        "Client %s has %d live keys of the name '%s' already; revoke one, or choose another name."
                                                .formatted(
                                                        wanted.client(),
                                                        KeyStore.LIVE_AT_ONCE,
                                                        wanted.name())));
        log.info(
                "{} made the key {} ({}) of {}",
                caller.name(),
                row.id(),
                row.prefix(),
                row.client());
        return ResponseEntity.created(URI.create(KEYS + "/" + row.id()))
                .cacheControl(CacheControl.noStore())
                .body(new Made(key.secret(), row));
    }

    @GetMapping
    KeyList list(
            @RequestParam(required = false) @Nullable String client,
            @RequestParam(required = false) @Nullable String limit) {
        if (client != null && !Clients.isName(client)) {
            throw new ProblemException(
                    ProblemType.INVALID_FIELDS,
                    "The query parameter client is wrong.",
                    List.of(
                            FieldError.inQuery(
                                    "client",
                                    client,
                                    "must be 1 to 63 small letters, digits and -, and not begin with -")));
        }
        return new KeyList(keys.list(client, PageLimit.read(limit)));
    }

    @GetMapping("/{id}")
    KeyRow show(@PathVariable String id) {
        return known(id);
    }

    @DeleteMapping("/{id}")
    KeyRow revoke(Caller caller, @PathVariable String id) {
        KeyRow row = known(id);
        if (row.isLive(clock.instant()) && isLastOfAdmins(row) && !othersMayMake()) {
            throw new ProblemException(
                    ProblemType.CONFLICT,
                    "Key %s is the last live one with the scope admin that does not expire: nobody could make another. Make one first."
                            .formatted(row.id()));
        }
        KeyRow revoked = keys.revoke(row.id()).orElseThrow(() -> unknown(id));
        log.info("{} revoked the key {} ({})", caller.name(), row.id(), row.prefix());
        return revoked;
    }

    /* Whoever is let in without a row in the table. */
    private boolean othersMayMake() {
        return settings.hasOther();
    }

    /* Or the limits of two plans would add up. */
    private void requireOnePlan(NewApiKey wanted) {
        keys.list(wanted.client(), ALL).stream()
                .filter(key -> key.isLive(clock.instant()) && !key.plan().equals(wanted.plan()))
                .findFirst()
                .ifPresent(other -> {
                    throw new ProblemException(
                            ProblemType.CONFLICT,
                            "Client %s has a live key of the plan %s (%s, '%s'), and all its keys are of one plan; revoke it first, or make this one of that plan."
                                    .formatted(
                                            wanted.client(),
                                            other.plan(),
                                            other.id(),
                                            other.name()));
                });
    }

    private boolean isLastOfAdmins(KeyRow row) {
        return row.scopes().contains(ADMIN)
                && keys.list(null, ALL).stream()
                        .filter(key ->
                                key.isLive(clock.instant())
                                        && key.expiresAt() == null
                                        && key.scopes().contains(ADMIN))
                        .allMatch(key -> key.id().equals(row.id()));
    }

    private KeyRow known(String id) {
        return keys.find(id).orElseThrow(() -> unknown(id));
    }

    private static ProblemException unknown(String id) {
        return new ProblemException(
                ProblemType.NOT_FOUND, "There is no key with the id %s.".formatted(id));
    }
}
