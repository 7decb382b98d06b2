package io.stepfree.gateway.admission;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Which trend a client means.
 *
 * @param by what it is of: client, site, page or rule
 * @param host the site; always there by site, perhaps by rule
 * @param url the page as it was submitted; always there by page, perhaps by rule
 * @param rule the engine's id of the rule; there by rule
 * @param bucket how long the times are that are counted together
 * @param from the first day of the first one
 * @param to the day after the last one
 */
public record TrendFilter(
        String by,
        @Nullable String host,
        @Nullable String url,
        @Nullable String rule,
        TrendBucket bucket,
        LocalDate from,
        LocalDate to) {}
