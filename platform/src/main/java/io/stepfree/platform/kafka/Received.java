package io.stepfree.platform.kafka;

import io.opentelemetry.api.trace.SpanKind;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import io.stepfree.platform.tracing.Traces;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One record of a batch, with the request and the trace that it belongs to. Immutable.
 *
 * @param value the decoded value
 * @param record where it came from, with headers and raw bytes
 * @param id the request that it belongs to
 * @param at when it was received
 */
public record Received<T>(
        T value, ConsumerRecord<byte[], byte[]> record, RequestId id, Instant at) {

    /** Does a part of the work on this record; log lines carry what it is about. */
    public <X extends Exception> void run(RequestContext.Work<X> work) throws X {
        RequestContext.<X>run(
                id,
                () -> {
                    if (value instanceof SpecificRecord of) {
                        RequestContext.concerns(of);
                    }
                    work.run();
                });
    }

    /**
     * The same, for the part that ends it: in a span that began when the record was received, and
     * which records written meanwhile are part of.
     */
    public <X extends Exception> void finish(RequestContext.Work<X> work) throws X {
        this.<X>run(() -> traced(record, at, work));
    }

    /** Does the work in the record's trace; what belongs to no trace begins none. */
    static <X extends Exception> void traced(
            ConsumerRecord<byte[], byte[]> record,
            @Nullable Instant begun,
            RequestContext.Work<X> work)
            throws X {
        @Nullable String parent = Traces.from(record.headers());
        if (parent == null) {
            work.run();
        } else {
            Traces.<X>run(
                    record.topic() + " process",
                    SpanKind.CONSUMER,
                    parent,
                    Map.of(
                            "messaging.system",
                            "kafka",
                            "messaging.destination.name",
                            record.topic()),
                    begun,
                    work::run);
        }
    }
}
