package io.stepfree.gateway.limits;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows a client what it may and how much of it is left. */
@RestController
public final class RateLimitController {

    private final Plans plans;
    private final Allowances allowances;

    /**
     * What a client may.
     *
     * @param unlimited true when scans have no limit; absent otherwise
     * @param limit scans an hour at most
     * @param remaining how many of them are left
     * @param resetSeconds in how many seconds all of them are left again
     * @param requestsPerSecond how many requests one gateway takes in a second; absent for any
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Terms(
            String client,
            String plan,
            @Nullable Boolean unlimited,
            @Nullable Long limit,
            @Nullable Long remaining,
            @Nullable Long resetSeconds,
            @Nullable Long requestsPerSecond) {}

    public RateLimitController(Plans plans, Allowances allowances) {
        this.plans = plans;
        this.allowances = allowances;
    }

    @Needs(Scope.READ)
    @GetMapping("/api/rate-limit")
    ResponseEntity<Terms> own(Caller caller) {
        Optional<Standing> standing = allowances.of(caller).look();
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(
                        new Terms(
                                caller.client(),
                                caller.plan(),
                                standing.isPresent() ? null : true,
                                standing.map(Standing::limit).orElse(null),
                                standing.map(Standing::remaining).orElse(null),
                                standing.map(Standing::secondsUntilFull).orElse(null),
                                plans.named(caller.plan()).requestsPerSecond()));
    }
}
