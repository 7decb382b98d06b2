package io.stepfree.gateway.alerts;

import java.time.Instant;

/** What nobody is told of for now, until when, and who said so and why. */
public record SilenceRow(
        String alert, Instant since, Instant until, String orderedBy, String reason) {}
