package io.stepfree.alerts.watch;

import static io.stepfree.schemas.topic.Topics.OPS_ALERTS;
import static io.stepfree.schemas.topic.Topics.OPS_COMMANDS;
import static io.stepfree.schemas.topic.Topics.OPS_SIGNALS;
import static io.stepfree.schemas.topic.Topics.SCAN_ATTEMPTS;
import static io.stepfree.schemas.topic.Topics.SCAN_DEAD_LETTERS;
import static io.stepfree.schemas.topic.Topics.SCAN_EVENTS;
import static io.stepfree.schemas.topic.Topics.SCAN_RESULTS;

import io.stepfree.alerts.history.History;
import io.stepfree.alerts.incident.Incidents;
import io.stepfree.alerts.incident.Silences;
import io.stepfree.alerts.metric.Metric;
import io.stepfree.alerts.metric.MetricPolicy;
import io.stepfree.alerts.regression.Regressions;
import io.stepfree.alerts.sample.AttemptSample;
import io.stepfree.alerts.sample.ChangeSample;
import io.stepfree.alerts.sample.DeathSample;
import io.stepfree.alerts.sample.EraseSample;
import io.stepfree.alerts.sample.OrderSample;
import io.stepfree.alerts.sample.ResultSample;
import io.stepfree.alerts.sample.Sample;
import io.stepfree.alerts.sample.SignalSample;
import io.stepfree.alerts.serde.JsonSerde;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Turns what happens into alerts.
 *
 * <pre>
 * scan.attempts   scan.results   scan.dead-letters   ops.signals   ops.commands   scan.events
 *      │               │                │                 │              │            │
 *      └─ attempt-     └─ result-       └─ death-         └─ signal-     └─ order-    └─ event-samples
 *         samples         samples          samples           samples        samples     │
 *              one small sample a record, all under one key; tombstones and what says nothing drop out
 *                                       │
 *                                       ▼ samples, an internal topic of one partition: one watch for all
 *                                  watch ◀──▶ history     second → what was counted and measured
 *                                       │ ◀──▶ incidents  those that have not ended, and how the last one did
 *                                       │ ◀──▶ regressions  pages that got worse and were not mended since
 *                                       │ ◀──▶ silences, marks
 *                                       ▼ alerts
 *                                  ops.alerts, by incident: FIRED once, ESCALATED when it gets worse, RESOLVED once
 * </pre>
 */
public final class AlertTopology {

    private static final String ONE_KEY = "all";

    private final AvroSerdes serdes;
    private final Map<Metric, MetricPolicy> policies;
    private final boolean confirmed;

    /**
     * @param policies what each metric is held against
     * @param confirmed whether what is new on a page counts once a later look sees it again
     */
    public AlertTopology(AvroSerdes serdes, Map<Metric, MetricPolicy> policies, boolean confirmed) {
        this.serdes = serdes;
        this.confirmed = confirmed;
        this.policies = Map.copyOf(policies);
    }

    /** Adds these steps to a topology. */
    public void addTo(StreamsBuilder builder) {
        builder.addStateStore(History.store());
        builder.addStateStore(Incidents.store());
        builder.addStateStore(Silences.store());
        builder.addStateStore(Regressions.store());
        builder.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(AlertWatch.MARKS),
                        Serdes.String(),
                        Serdes.Long()));
        samples(builder, SCAN_ATTEMPTS, "attempt", AttemptSample::of)
                .merge(
                        samples(
                                builder,
                                SCAN_RESULTS,
                                "result",
                                (host, result) -> Optional.of(ResultSample.of(host, result))),
                        Named.as("and-results"))
                .merge(
                        samples(builder, SCAN_DEAD_LETTERS, "death", DeathSample::of),
                        Named.as("and-deaths"))
                .merge(
                        samples(
                                builder,
                                OPS_SIGNALS,
                                "signal",
                                (instance, signal) -> Optional.of(SignalSample.of(signal))),
                        Named.as("and-signals"))
                .merge(
                        samples(
                                builder,
                                OPS_COMMANDS,
                                "order",
                                (addressee, order) ->
                                        EraseSample.of(addressee, order)
                                                .or(() -> OrderSample.of(addressee, order))),
                        Named.as("and-orders"))
                .merge(
                        samples(builder, SCAN_EVENTS, "event", ChangeSample::of),
                        Named.as("and-changes"))
                .repartition(
                        Repartitioned.with(Serdes.String(), new JsonSerde<>(Sample.class))
                                .withNumberOfPartitions(1)
                                .withName("samples"))
                .process(
                        () -> new AlertWatch(policies, confirmed),
                        Named.as("watch"),
                        History.STORE,
                        Incidents.STORE,
                        Silences.STORE,
                        Regressions.STORE,
                        AlertWatch.MARKS)
                .to(
                        OPS_ALERTS.name(),
                        Produced.with(Serdes.String(), serdes.serde(OPS_ALERTS))
                                .withName("alerts"));
    }

    private <T extends SpecificRecord> KStream<String, Sample> samples(
            StreamsBuilder builder,
            Topic<T> topic,
            String name,
            BiFunction<String, T, Optional<Sample>> sample) {
        return builder.stream(
                        topic.name(),
                        Consumed.with(Serdes.String(), serdes.serde(topic))
                                .withTimestampExtractor(
                                        // Only a foreign writer can leave the timestamp out; 0 is
                                        // before any window.
                                        (record, partitionTime) -> Math.max(0, record.timestamp()))
                                .withName(name + "s"))
                .flatMap((key, value) -> sampled(key, value, sample), Named.as(name + "-samples"));
    }

    private static <T> List<KeyValue<String, Sample>> sampled(
            @Nullable String key,
            @Nullable T value,
            BiFunction<String, T, Optional<Sample>> sample) {
        return value == null
                ? List.of()
                : sample.apply(key == null ? "" : key, value).stream()
                        .map(one -> KeyValue.pair(ONE_KEY, one))
                        .toList();
    }
}
