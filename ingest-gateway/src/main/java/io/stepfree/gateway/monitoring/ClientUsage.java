package io.stepfree.gateway.monitoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.gateway.limits.Standing;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much a client uses, and how much is left to it. What it may is known from the hour that it
 * has begun; it is absent while it has begun none, and for a plan without a limit.
 *
 * @param plan by which it has begun its hour
 * @param limit scans an hour at most
 * @param remaining how many of them are left
 * @param resetSeconds in how many seconds all of them are left again
 * @param lastHour scans submitted within an hour
 * @param open scans that have not ended
 * @param all scans that are known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ClientUsage(
        String client,
        @Nullable String plan,
        @Nullable Long limit,
        @Nullable Long remaining,
        @Nullable Long resetSeconds,
        long lastHour,
        long open,
        long all,
        String detail) {

    static ClientUsage of(
            String client, ReliabilityIndex.ClientUse use, Optional<Standing> standing) {
        return new ClientUsage(
                client,
                standing.map(Standing::plan).orElse(null),
                standing.map(Standing::limit).orElse(null),
                standing.map(Standing::remaining).orElse(null),
                standing.map(Standing::secondsUntilFull).orElse(null),
                use.lately(),
                use.open(),
                use.all(),
                standing.map(ClientUsage::left)
                        .orElse("It has begun no hour of a plan that has a limit."));
    }

    private static String left(Standing standing) {
        return "%d of the %d scans of its hour are left, by the plan %s."
                .formatted(standing.remaining(), standing.limit(), standing.plan());
    }
}
