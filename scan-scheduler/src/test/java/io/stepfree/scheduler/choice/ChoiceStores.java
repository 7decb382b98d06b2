package io.stepfree.scheduler.choice;

import io.stepfree.scheduler.state.StateSerde;
import io.stepfree.schemas.scan.HostPace;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** The stores that a choice is made from, in memory. */
final class ChoiceStores implements AutoCloseable {

    private final TopologyTestDriver driver = driver();

    KeyValueStore<String, String> waiting() {
        return driver.getKeyValueStore("waiting");
    }

    KeyValueStore<String, HostPace> hosts() {
        return driver.getKeyValueStore("hosts");
    }

    @Override
    public void close() {
        driver.close();
    }

    private static TopologyTestDriver driver() {
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "choice-under-test");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        var topology = new Topology();
        topology.addSource(
                "records", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "records");
        topology.addProcessor("nothing", Idle::new, "records");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("waiting"), Serdes.String(), Serdes.String()),
                "nothing");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("hosts"),
                        Serdes.String(),
                        StateSerde.of(HostPace.class)),
                "nothing");
        return new TopologyTestDriver(topology, settings);
    }

    /** It is only the stores that are wanted. */
    private static final class Idle implements Processor<byte[], byte[], byte[], byte[]> {

        @Override
        public void process(Record<byte[], byte[]> record) {
            // Nothing comes.
        }
    }
}
