package io.stepfree.gateway.schedules;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as its client sees it; the components are the JSON fields. What it asks for is not
 * among them, because there may be secrets in it.
 *
 * @param id what it is called by
 * @param name what the client calls it
 * @param cron when, five fields as in crontab
 * @param zone by the clocks of which time zone
 * @param pages how many pages are scanned each time
 * @param url the first of them
 * @param paused whether its times pass without a scan
 * @param nextAt the time that is due next
 * @param lastRun what came of the last time, a JSON object; absent before the first
 * @param madeBy whose key made it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Schedule(
        String id,
        String name,
        String cron,
        String zone,
        int pages,
        String url,
        boolean paused,
        Instant nextAt,
        @JsonRawValue @Nullable String lastRun,
        String madeBy,
        Instant madeAt) {}
