package io.stepfree.platform.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Puts spans around work, as long as tracing is on. Where a span belongs is told by the W3C's
 * {@code traceparent}, in headers of requests and records, and in a scan's request, which is what
 * the scheduler finds again when it hands the scan out later. Thread-safe.
 */
public final class Traces {

    /** The header of HTTP requests and of records (W3C Trace Context). */
    public static final String HEADER = "traceparent";

    private static final String SCOPE = "io.stepfree";
    private static final W3CTraceContextPropagator FORMAT = W3CTraceContextPropagator.getInstance();
    private static final TextMapGetter<String> PARENT =
            new TextMapGetter<>() {
                @Override
                public Iterable<String> keys(String carrier) {
                    return List.of(HEADER);
                }

                @Override
                public @Nullable String get(@Nullable String carrier, String key) {
                    return key.equals(HEADER) ? carrier : null;
                }
            };

    /** Where spans go; null while tracing is off. One for the process. */
    private static volatile @Nullable OpenTelemetry receiver;

    /** Work that may throw {@code X}. */
    @FunctionalInterface
    public interface Work<X extends Exception> {
        void run() throws X;
    }

    private Traces() {}

    static void to(@Nullable OpenTelemetry telemetry) {
        receiver = telemetry;
    }

    /** Whether anything is traced. */
    public static boolean areOn() {
        return receiver != null;
    }

    /**
     * Does the work, in a span of its own when tracing is on.
     *
     * @param name what is done, of few kinds, as "scan.jobs process"
     * @param kind how it stands to others
     * @param parent the traceparent of the span that it is part of; null for a new trace
     * @param attributes what else is known, no secrets
     */
    public static <X extends Exception> void run(
            String name,
            SpanKind kind,
            @Nullable String parent,
            Map<String, String> attributes,
            Work<X> work)
            throws X {
        run(name, kind, parent, attributes, null, work);
    }

    /**
     * The same, for work that began before this call.
     *
     * @param begun when; null for now
     */
    public static <X extends Exception> void run(
            String name,
            SpanKind kind,
            @Nullable String parent,
            Map<String, String> attributes,
            @Nullable Instant begun,
            Work<X> work)
            throws X {
        OpenTelemetry telemetry = receiver;
        if (telemetry == null) {
            work.run();
            return;
        }
        Context above =
                parent == null ? Context.root() : FORMAT.extract(Context.root(), parent, PARENT);
        var builder =
                telemetry.getTracer(SCOPE).spanBuilder(name).setParent(above).setSpanKind(kind);
        attributes.forEach(builder::setAttribute);
        if (begun != null) {
            builder.setStartTimestamp(begun);
        }
        Span span = builder.startSpan();
        try (var _ = span.makeCurrent()) {
            work.run();
        } catch (Exception | Error e) {
            span.setStatus(StatusCode.ERROR, e.getClass().getSimpleName());
            throw e;
        } finally {
            span.end();
        }
    }

    /** The same work as a part of this thread's span, for another thread to do. */
    public static Runnable carried(Runnable work) {
        return areOn() ? Context.current().wrap(work) : work;
    }

    /** Names the span of this thread anew, once more is known. */
    public static void rename(String name) {
        if (areOn()) {
            Span.current().updateName(name);
        }
    }

    /** The traceparent of the span that this thread works in, if it is in one. */
    public static Optional<String> current() {
        if (!areOn() || !Span.current().getSpanContext().isValid()) {
            return Optional.empty();
        }
        var carrier = new HashMap<String, String>();
        FORMAT.inject(Context.current(), carrier, Map::put);
        return Optional.ofNullable(carrier.get(HEADER));
    }

    /** The traceparent that a record carries. */
    public static @Nullable String from(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        return header == null || header.value() == null
                ? null
                : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Puts the span of this thread on a record, in place of any other; else this one. */
    public static void writeTo(Headers headers, @Nullable String otherwise) {
        if (!areOn()) {
            return;
        }
        String parent = current().orElse(otherwise);
        if (parent != null) {
            headers.remove(HEADER);
            headers.add(HEADER, parent.getBytes(StandardCharsets.UTF_8));
        }
    }
}
