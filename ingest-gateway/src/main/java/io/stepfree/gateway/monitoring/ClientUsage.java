package io.stepfree.gateway.monitoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How much a client uses, and how much it may.
 *
 * @param limit scans an hour at most; absent while clients have no limit
 * @param lastHour scans submitted within an hour
 * @param open scans that have not ended
 * @param all scans that are known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ClientUsage(
        String client, @Nullable Long limit, long lastHour, long open, long all, String detail) {

    static ClientUsage of(String client, ReliabilityIndex.ClientUse use) {
        return new ClientUsage(
                client, null, use.lately(), use.open(), use.all(), "Clients have no limit.");
    }
}
