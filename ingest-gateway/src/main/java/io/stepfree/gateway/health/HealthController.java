package io.stepfree.gateway.health;

import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.platform.health.PoolProbe;
import java.time.Instant;
import java.time.InstantSource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The health of the whole over HTTP. */
@Needs(Scope.ADMIN)
@RestController
public final class HealthController {

    private static final int PARTIAL = 206;

    private final SystemHealth health;
    private final PoolProbe pool;
    private final InstantSource clock;

    /**
     * The pool of database connections.
     *
     * @param most how many connections there may be
     */
    record PoolState(
            Status status, int total, int active, int idle, int waiting, int most, Instant asOf) {}

    public HealthController(SystemHealth health, PoolProbe pool, InstantSource clock) {
        this.health = health;
        this.pool = pool;
        this.clock = clock;
    }

    @GetMapping("/health/detailed")
    ResponseEntity<SystemHealth.Detailed> detailed() {
        return fresh(200).body(health.detailed());
    }

    /** 200 when all is well, 206 when something is not, 503 when no scan gets done. */
    @Needs(Scope.READ)
    @GetMapping("/api/health/system")
    ResponseEntity<SystemHealth.Overall> system() {
        SystemHealth.Overall overall = health.overall();
        int code =
                switch (overall.status()) {
                    case HEALTHY -> 200;
                    case DEGRADED -> PARTIAL;
                    case CRITICAL -> 503;
                };
        // Whatever the request accepts: Spring leaves the body of a 503 away that it finds no type
        // for.
        return fresh(code).contentType(MediaType.APPLICATION_JSON).body(overall);
    }

    @GetMapping("/api/health/pool")
    ResponseEntity<PoolState> pool() {
        PoolProbe.Pool now = pool.pool();
        return fresh(200)
                .body(
                        new PoolState(
                                Status.of(now.finding().state()),
                                now.total(),
                                now.active(),
                                now.idle(),
                                now.waiting(),
                                now.most(),
                                clock.instant()));
    }

    private static ResponseEntity.BodyBuilder fresh(int code) {
        return ResponseEntity.status(code).cacheControl(CacheControl.noStore());
    }
}
