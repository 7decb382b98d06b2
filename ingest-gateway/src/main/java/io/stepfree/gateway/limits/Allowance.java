package io.stepfree.gateway.limits;

import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one request may take of its client's scans, and what its answer tells of them
 * (draft-ietf-httpapi-ratelimit-headers). A plan without a limit never asks the database. For one
 * thread.
 */
public final class Allowance {

    private static final Logger log = LoggerFactory.getLogger(Allowance.class);

    private final ScanBuckets buckets;
    private final RefusedRequests refused;
    private final String client;
    private final Plan plan;
    private final long scans;
    private @Nullable Standing standing;

    Allowance(ScanBuckets buckets, RefusedRequests refused, String client, Plan plan, long scans) {
        this.buckets = buckets;
        this.scans = scans;
        this.refused = refused;
        this.client = client;
        this.plan = plan;
    }

    /** The same for a request with so many scans, of which all are let in or none. */
    public Allowance of(long many) {
        return new Allowance(buckets, refused, client, plan, many);
    }

    /**
     * Takes what the request needs within a transaction that somebody else ends.
     *
     * @throws ProblemException when not enough is left
     */
    public void take(Handle handle) {
        if (isUnlimited()) {
            return;
        }
        ScanBuckets.Take take = buckets.take(handle, client, plan, scans);
        Standing now = take.standing();
        standing = now;
        if (!take.granted()) {
            refused.count(RefusedRequests.Limit.SCANS);
            if (scans > now.limit()) {
                throw new ProblemException(
                        ProblemType.REFUSED,
                        "The request has %,d scans, and the plan %s allows %,d an hour; send fewer at once. Nothing was accepted."
                                .formatted(scans, plan.name(), now.limit()));
            }
            throw new ProblemException(
                    ProblemType.RATE_LIMITED,
                    scans == 1
                            ? "All %d scans of this hour are used; the next hour begins in %d s."
                                    .formatted(now.limit(), now.secondsUntilFull())
                            : "The request has %,d scans, and %,d of the %,d an hour are left; the next hour begins in %d s. Nothing was accepted."
                                    .formatted(
                                            scans,
                                            now.remaining(),
                                            now.limit(),
                                            now.secondsUntilFull()),
                    List.of(),
                    Duration.ofSeconds(now.secondsUntilFull()));
        }
    }

    /** Like {@link #take(Handle)}, in a transaction of its own. */
    public void take() {
        if (!isUnlimited()) {
            buckets.inTransaction(this::take);
        }
    }

    /** Gives back what was taken, as far as it is of use, within somebody else's transaction. */
    public void giveBack(Handle handle) {
        Standing taken = standing;
        if (!isUnlimited() && taken != null) {
            standing = null;
            buckets.giveBack(handle, client, plan, taken, scans);
        }
    }

    /** Like {@link #giveBack(Handle)}; where that fails the scan goes on to count. */
    public void giveBack() {
        if (isUnlimited()) {
            return;
        }
        try {
            buckets.inTransaction(this::giveBack);
        } catch (RuntimeException e) {
            log.debug("not given back: {}", e.toString());
        }
    }

    /** How the client stands; empty for a plan without a limit. */
    Optional<Standing> look() {
        return isUnlimited() ? Optional.empty() : Optional.of(buckets.look(client, plan));
    }

    /** How many scans are left to the client; empty for a plan without a limit. */
    public OptionalLong left() {
        return look().map(now -> OptionalLong.of(now.remaining())).orElse(OptionalLong.empty());
    }

    /** Tells in an answer what the limit is. */
    public void tellLimit(HttpServletResponse response) {
        Long limit = plan.scansPerHour();
        if (limit != null) {
            Standing known = standing;
            response.setHeader(
                    "RateLimit-Policy",
                    "\"scans\";q=%d;w=3600".formatted(known == null ? limit : known.limit()));
        }
    }

    /** Tells in an answer how much of the limit is left, where that is known. */
    public void tell(HttpServletResponse response) {
        try {
            if (standing == null) {
                standing = look().orElse(null);
            }
        } catch (RuntimeException e) {
            log.debug("not told: {}", e.toString());
        }
        tellLimit(response);
        Standing known = standing;
        if (known != null) {
            response.setHeader(
                    "RateLimit",
                    "\"scans\";r=%d;t=%d".formatted(known.remaining(), known.secondsUntilFull()));
        }
    }

    private boolean isUnlimited() {
        return plan.scansPerHour() == null;
    }
}
