package io.stepfree.alerts.ledger;

import static io.stepfree.schemas.topic.Topics.OPS_ALERTS;
import static io.stepfree.schemas.topic.Topics.OPS_SIGNALS;

import io.stepfree.alerts.serde.JsonSerde;
import io.stepfree.schemas.ops.ServiceSignal;
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
 * Turns what the schedulers say of their books into alerts.
 *
 * <pre>
 * ops.signals (3 partitions, by instance)
 *      │ signals
 *      ▼
 * of-schedulers          one small sample a signal of a scheduler, all under one key
 *      │ ledger-samples, an internal topic of one partition: the books of all schedulers together
 *      ▼
 * watch-ledger ◀──▶ ledger-incidents   the open incidents, if there are any
 *      │ ledger-alerts
 *      ▼
 * ops.alerts (keys ledger-imbalance, scans-overdue): FIRED once, RESOLVED once
 * </pre>
 */
public final class LedgerTopology {

    private static final String ONE_KEY = "ledger";

    private LedgerTopology() {}

    /** Adds these steps to a topology. */
    public static void addTo(StreamsBuilder builder, AvroSerdes serdes) {
        builder.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(LedgerWatch.INCIDENTS),
                        Serdes.String(),
                        new JsonSerde<>(LedgerIncident.class)));
        builder.stream(
                        OPS_SIGNALS.name(),
                        Consumed.with(Serdes.String(), serdes.serde(OPS_SIGNALS))
                                .withTimestampExtractor(
                                        (record, partitionTime) -> Math.max(0, record.timestamp()))
                                .withName("signals"))
                .flatMap((instance, signal) -> samples(signal), Named.as("of-schedulers"))
                .repartition(
                        Repartitioned.with(Serdes.String(), new JsonSerde<>(LedgerSample.class))
                                .withNumberOfPartitions(1)
                                .withName("ledger-samples"))
                .process(LedgerWatch::new, Named.as("watch-ledger"), LedgerWatch.INCIDENTS)
                .to(
                        OPS_ALERTS.name(),
                        Produced.with(Serdes.String(), serdes.serde(OPS_ALERTS))
                                .withName("ledger-alerts"));
    }

    private static List<KeyValue<String, LedgerSample>> samples(@Nullable ServiceSignal signal) {
        return signal == null
                ? List.of()
                : LedgerSample.of(signal).stream()
                        .map(sample -> KeyValue.pair(ONE_KEY, sample))
                        .toList();
    }
}
