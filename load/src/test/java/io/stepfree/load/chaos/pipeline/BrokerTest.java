package io.stepfree.load.chaos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.platform.process.FreePorts;
import io.stepfree.standalone.broker.BrokerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run breaks nothing unless the cluster that answers is its own. */
final class BrokerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir Path folder;

    @Test
    void aClusterWithAnotherIdThanOursIsLeftAlone() throws Exception {
        List<Integer> ports = FreePorts.some(2);
        var broker = new Broker(folder, ports.get(0), ports.get(1));
        Process process = start(broker.configure());
        try {
            await().atMost(PATIENCE).ignoreExceptions().until(broker::answersAsOurs);
            broker.assureOurs();
            String own = broker.ownClusterId();

            Path formatted = folder.resolve("kafka/data/meta.properties");
            Files.writeString(
                    formatted,
                    Files.readString(formatted).replace(own, "anotherClusterAltogether"));

            assertThatThrownBy(broker::assureOurs)
                    .isInstanceOf(MeasurementException.class)
                    .hasMessageContainingAll(own, "anotherClusterAltogether", broker.address());
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(process.isAlive()).isFalse();
    }

    private Process start(Path settings) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerProcess.class.getName(),
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("broker.log").toFile())
                .start();
    }
}
