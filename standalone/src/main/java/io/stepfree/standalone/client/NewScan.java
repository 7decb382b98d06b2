package io.stepfree.standalone.client;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A scan to be submitted; what is absent is left to the gateway.
 *
 * @param url the address of the page
 * @param standard the conformance target
 * @param priority high or low
 * @param timeoutMillis how long one attempt may take
 */
public record NewScan(
        String url,
        @Nullable String standard,
        @Nullable String priority,
        OptionalInt timeoutMillis) {}
