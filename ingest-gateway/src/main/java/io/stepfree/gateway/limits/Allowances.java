package io.stepfree.gateway.limits;

import io.stepfree.gateway.access.Caller;
import io.stepfree.platform.problem.ProblemException;

/** Gives each request its {@link Allowance}. Thread-safe. */
public final class Allowances {

    private final Plans plans;
    private final ScanBuckets buckets;
    private final RefusedRequests refused;

    public Allowances(Plans plans, ScanBuckets buckets, RefusedRequests refused) {
        this.plans = plans;
        this.buckets = buckets;
        this.refused = refused;
    }

    /**
     * @throws ProblemException when there is no such plan
     */
    public Allowance of(Caller caller) {
        return new Allowance(buckets, refused, caller.client(), plans.named(caller.plan()), 1);
    }
}
