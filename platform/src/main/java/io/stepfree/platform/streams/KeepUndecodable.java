package io.stepfree.platform.streams;

import io.micrometer.core.instrument.Metrics;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.schemas.serde.UndecodableRecordException;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;

/**
 * Decides what a stream processor does with a record it cannot decode: one that never can be goes
 * to {@code ops.unreadable} in the same transaction (KIP-1034) and the partition goes on; when only
 * the registry is missing, the processor stops and starts again at the same record.
 */
public final class KeepUndecodable implements DeserializationExceptionHandler {

    private final LogAndContinueExceptionHandler keep = new LogAndContinueExceptionHandler();

    @Override
    public Response handleError(
            ErrorHandlerContext context,
            ConsumerRecord<byte[], byte[]> record,
            Exception exception) {
        if (!(exception instanceof UndecodableRecordException)) {
            return Response.fail();
        }
        // Kafka makes this class, so the meter is reached through Micrometer's global registry.
        OwnMeter.RECORDS_UNREADABLE
                .counter(Metrics.globalRegistry, "topic", record.topic())
                .increment();
        return keep.handleError(context, record, exception);
    }

    @Override
    public void configure(Map<String, ?> configs) {
        keep.configure(configs);
    }
}
