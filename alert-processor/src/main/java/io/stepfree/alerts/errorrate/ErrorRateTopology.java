package io.stepfree.alerts.errorrate;

import static io.stepfree.schemas.topic.Topics.OPS_ALERTS;
import static io.stepfree.schemas.topic.Topics.SCAN_ATTEMPTS;

import io.stepfree.alerts.serde.JsonSerde;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.serde.AvroSerdes;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Turns attempts into alerts about the rate at which they fail.
 *
 * <pre>
 * scan.attempts (12 partitions, by host)
 *      │ attempts
 *      ▼
 * failed-or-not          one small sample an attempt, all under one key; cancelled attempts and tombstones drop out
 *      │ attempt-samples, an internal topic of one partition: one rate for the whole service
 *      ▼
 * watch-error-rate ◀──▶ error-rate-buckets     second → samples, failures by type, some request ids
 *      │           ◀──▶ error-rate-incidents   the open incident, if there is one
 *      │ alerts
 *      ▼
 * ops.alerts (key error-rate): FIRED once, RESOLVED once
 * </pre>
 */
public final class ErrorRateTopology {

    private final AvroSerdes serdes;
    private final ErrorRatePolicy policy;

    public ErrorRateTopology(AvroSerdes serdes, ErrorRatePolicy policy) {
        this.serdes = serdes;
        this.policy = policy;
    }

    /** Adds these steps to a topology. */
    public void addTo(StreamsBuilder builder) {
        builder.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(ErrorRateWatch.BUCKETS),
                        Serdes.Long(),
                        new JsonSerde<>(Bucket.class)));
        builder.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(ErrorRateWatch.INCIDENTS),
                        Serdes.String(),
                        new JsonSerde<>(Incident.class)));
        builder.stream(
                        SCAN_ATTEMPTS.name(),
                        Consumed.with(Serdes.String(), serdes.serde(SCAN_ATTEMPTS))
                                .withTimestampExtractor(
                                        // Only a foreign writer can leave the timestamp out; 0 is
                                        // before any window.
                                        (record, partitionTime) -> Math.max(0, record.timestamp()))
                                .withName("attempts"))
                .flatMap((host, attempt) -> samples(attempt), Named.as("failed-or-not"))
                .repartition(
                        Repartitioned.with(Serdes.String(), new JsonSerde<>(AttemptSample.class))
                                .withNumberOfPartitions(1)
                                .withName("attempt-samples"))
                .process(
                        () -> new ErrorRateWatch(policy),
                        Named.as("watch-error-rate"),
                        ErrorRateWatch.BUCKETS,
                        ErrorRateWatch.INCIDENTS)
                .to(
                        OPS_ALERTS.name(),
                        Produced.with(Serdes.String(), serdes.serde(OPS_ALERTS))
                                .withName("alerts"));
    }

    private static List<KeyValue<String, AttemptSample>> samples(@Nullable ScanAttempt attempt) {
        return attempt == null
                ? List.of()
                : AttemptSample.of(attempt).stream()
                        .map(sample -> KeyValue.pair(ErrorRateWatch.ALERT_KEY, sample))
                        .toList();
    }
}
