package io.stepfree.scheduler.lifecycle;

import io.stepfree.scheduler.retry.RetryPolicy;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topic;
import io.stepfree.schemas.topic.Topics;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The scheduler as a Kafka Streams topology. Commands and outcomes of one host meet in one task, so
 * that one thread sees everything that happens to a scan, in order, and moves it in one
 * transaction.
 *
 * <pre>
 *  scan.requests ─▶ commands ─┐                     ┌─▶ jobs         ─▶ scan.jobs
 *                             ├─▶ move-scans ───────┼─▶ results      ─▶ scan.results
 *  scan.attempts ─▶ outcomes ─┘   │ scans           ├─▶ dead-letters ─▶ scan.dead-letters
 *                                 │ agenda          └─▶ events       ─▶ scan.events
 *                                 │ waiting
 * </pre>
 */
public final class SchedulerTopology {

    static final String SCANS = "scans";
    static final String AGENDA = "agenda";
    static final String WAITING = "waiting";

    static final String JOBS = "jobs";
    static final String RESULTS = "results";
    static final String DEAD_LETTERS = "dead-letters";
    static final String EVENTS = "events";

    private static final String COMMANDS = "commands";
    private static final String OUTCOMES = "outcomes";
    private static final String MOVE_SCANS = "move-scans";

    private final AvroSerdes serdes;
    private final RetryPolicy retries;
    private final DispatchLimits limits;
    private final TransitionMeters meters;

    public SchedulerTopology(
            AvroSerdes serdes,
            RetryPolicy retries,
            DispatchLimits limits,
            TransitionMeters meters) {
        this.serdes = serdes;
        this.retries = retries;
        this.limits = limits;
        this.meters = meters;
    }

    public Topology build() {
        var topology = new Topology();
        source(
                topology,
                COMMANDS,
                Topics.SCAN_REQUESTS,
                new UnderstoodCommands(serdes.deserializer(Topics.SCAN_REQUESTS)));
        source(topology, OUTCOMES, Topics.SCAN_ATTEMPTS, serdes.deserializer(Topics.SCAN_ATTEMPTS));
        topology.addProcessor(
                MOVE_SCANS, () -> new ScanMover(retries, limits, meters), COMMANDS, OUTCOMES);
        topology.addStateStore(scans(), MOVE_SCANS);
        topology.addStateStore(index(AGENDA), MOVE_SCANS);
        topology.addStateStore(index(WAITING), MOVE_SCANS);
        sink(topology, JOBS, Topics.SCAN_JOBS);
        sink(topology, RESULTS, Topics.SCAN_RESULTS);
        sink(topology, DEAD_LETTERS, Topics.SCAN_DEAD_LETTERS);
        sink(topology, EVENTS, Topics.SCAN_EVENTS);
        return topology;
    }

    private static <T extends SpecificRecord> void source(
            Topology topology, String name, Topic<T> topic, Deserializer<T> values) {
        topology.addSource(name, new StringDeserializer(), values, topic.name());
    }

    private <T extends SpecificRecord> void sink(Topology topology, String name, Topic<T> topic) {
        topology.addSink(
                name, topic.name(), new StringSerializer(), serdes.<T>serializer(), MOVE_SCANS);
    }

    /** A row for each scan, by its id. */
    private static StoreBuilder<?> scans() {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(SCANS), Serdes.String(), ScanStateSerde.create());
    }

    /** Scan ids by a key whose order is the order in which they are wanted. */
    private static StoreBuilder<KeyValueStore<String, String>> index(String name) {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.String());
    }
}
