package io.stepfree.alerts.errorrate;

import io.stepfree.schemas.ops.Severity;
import java.time.Duration;

/**
 * When a share of failed attempts is an incident.
 *
 * @param window how far back attempts are counted, in whole seconds
 * @param threshold the share of failures, above 0 and up to 1, from which on it is an incident
 * @param minimumSamples how many attempts the window must hold before its rate means anything
 * @param severity how urgent the incident is
 */
public record ErrorRatePolicy(
        Duration window, double threshold, long minimumSamples, Severity severity) {}
