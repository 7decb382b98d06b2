package io.stepfree.standalone.machine;

import io.stepfree.platform.process.DeathWatch;
import io.stepfree.standalone.broker.BrokerProcess;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * The Kafka broker as a child process; its topics outlive it in the home's {@code kafka} folder.
 */
final class Broker {

    private static final String LOGGING = "io/stepfree/standalone/logback-broker.xml";

    private final Home home;
    private final Installation installation;
    private final int port;
    private final ChildProcess process;

    Broker(
            Home home,
            Installation installation,
            int port,
            DeathWatch deathWatch,
            Consumer<String> failed) {
        this.home = home;
        this.installation = installation;
        this.port = port;
        this.process =
                new ChildProcess(
                        "The Kafka broker", home.logs().resolve("kafka.log"), deathWatch, failed);
    }

    /** Starts it and waits until it answers. */
    void start(int controllerPort) {
        var settings = home.kafka().resolve("server.properties");
        try {
            Files.writeString(
                    settings, settings(port, controllerPort, home.kafka().resolve("data")));
        } catch (IOException e) {
            throw new MachineException("%s cannot be written (%s).".formatted(settings, e), e);
        }
        var command = installation.java("kafka", "256m");
        command.add("-Dlogback.configurationFile=" + LOGGING);
        command.add("-cp");
        command.add(installation.classPath());
        command.add(BrokerProcess.class.getName());
        command.add(settings.toString());
        process.start(command, Map.of());
        process.awaitReady(this::answers, Duration.ofSeconds(60));
    }

    /**
     * A static voter, because its address is read from these settings at each start, so that the
     * ports may change; sizes fit one machine with one client.
     */
    private static String settings(int port, int controllerPort, Path data) {
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
        group.initial.rebalance.delay.ms=0
        log.cleaner.dedupe.buffer.size=8388608
        """
                .formatted(port, controllerPort, data);
    }

    /**
     * The listener opens only once the broker has caught up with its metadata and is registered.
     * Whether it is ours and not another's that was quicker at the port, its cluster's id tells.
     */
    private boolean answers() throws Exception {
        try (var socket = new Socket(Ports.LOOPBACK, port)) {
            if (!socket.isConnected()) {
                return false;
            }
        }
        var formatted = new Properties();
        try (var reader = Files.newBufferedReader(home.kafka().resolve("data/meta.properties"))) {
            formatted.load(reader);
        }
        try (var admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address()))) {
            return admin.describeCluster()
                    .clusterId()
                    .get(10, TimeUnit.SECONDS)
                    .equals(formatted.getProperty("cluster.id"));
        }
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    OptionalLong id() {
        return process.id();
    }

    void stop() {
        process.stop(Process::destroy, Duration.ofSeconds(30));
    }
}
