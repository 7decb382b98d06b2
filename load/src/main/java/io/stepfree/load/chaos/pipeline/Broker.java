package io.stepfree.load.chaos.pipeline;

import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** The broker of one run: its settings, its address, and whether it is really ours. */
public final class Broker {

    private final Path folder;
    private final int port;
    private final int controllerPort;

    Broker(Path folder, int port, int controllerPort) {
        this.folder = folder.resolve("kafka");
        this.port = port;
        this.controllerPort = controllerPort;
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Writes its settings; returns their file. */
    Path configure() {
        Path file = folder.resolve("server.properties");
        try {
            Files.createDirectories(folder);
            Files.writeString(file, settings());
            return file;
        } catch (IOException e) {
            throw new MeasurementException("%s cannot be written (%s).".formatted(file, e), e);
        }
    }

    private String settings() {
        return """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$d
        controller.listener.names=CONTROLLER
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
        log.dirs=%3$s
        auto.create.topics.enable=false
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=3
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=3
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        share.coordinator.state.topic.num.partitions=3
        group.share.min.session.timeout.ms=10000
        group.share.session.timeout.ms=10000
        group.initial.rebalance.delay.ms=0
        log.cleaner.dedupe.buffer.size=8388608
        """
                .formatted(port, controllerPort, folder.resolve("data"));
    }

    /** The id that the broker's own data has, made up when it was formatted. */
    String ownClusterId() throws IOException {
        var formatted = new Properties();
        try (var reader = Files.newBufferedReader(folder.resolve("data/meta.properties"))) {
            formatted.load(reader);
        }
        return formatted.getProperty("cluster.id");
    }

    boolean answersAsOurs() throws Exception {
        String own = ownClusterId();
        String told = toldClusterId();
        if (!told.equals(own)) {
            throw new MeasurementException(notOurs(told, own));
        }
        return true;
    }

    /**
     * Throws when another cluster than our own answers at the address.
     *
     * @throws MeasurementException also when none answers
     */
    public void assureOurs() throws InterruptedException {
        try {
            if (!toldClusterId().equals(ownClusterId())) {
                throw new MeasurementException(notOurs(toldClusterId(), ownClusterId()));
            }
        } catch (IOException | ExecutionException | TimeoutException e) {
            throw new MeasurementException(
                    "The broker at %s does not say whose it is (%s).".formatted(address(), e), e);
        }
    }

    private String notOurs(String told, String own) {
        return "The cluster at %s is %s and not our own %s; nothing is broken that is not ours."
                .formatted(address(), told, own);
    }

    private String toldClusterId()
            throws InterruptedException, ExecutionException, TimeoutException {
        try (var admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address()))) {
            return admin.describeCluster().clusterId().get(10, TimeUnit.SECONDS);
        }
    }
}
