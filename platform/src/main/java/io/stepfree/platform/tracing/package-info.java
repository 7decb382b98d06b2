/**
 * Traces as OpenTelemetry has them: one for each request, through every topic to the report. Off
 * unless told where to send them.
 */
@NullMarked
package io.stepfree.platform.tracing;

import org.jspecify.annotations.NullMarked;
