package io.stepfree.standalone.machine;

import io.stepfree.platform.process.DeathWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All of Stepfree on this machine: broker and registry as child JVMs, PostgreSQL as a child
 * process, the services in this JVM. Whoever makes one must close it; a process that dies without
 * doing so takes the children with it.
 */
public final class Machine implements AutoCloseable {

    private static final String CURE = "stop what uses it or choose another with %s";

    private static final Executor ASIDE =
            work -> Thread.ofPlatform().name("stop-registry").daemon().start(work);

    private final MachineSettings settings;
    private final HomeLock lock;
    private final DeathWatch deathWatch;
    private final CompletableFuture<String> failure = new CompletableFuture<>();
    private final Starts starts = new Starts();
    private final Broker broker;
    private final Database database;
    private final Registry registry;
    private final int gatewayPort;
    private final List<Integer> innerPorts;
    private volatile @Nullable Services services;
    private boolean closed;

    private Machine(MachineSettings settings, HomeLock lock) {
        this.settings = settings;
        this.lock = lock;
        var home = settings.home();
        var installation = Installation.current();
        var free =
                Ports.free(
                        6,
                        List.of(
                                settings.gatewayPort(),
                                settings.kafkaPort(),
                                settings.registryPort(),
                                settings.postgresPort()));
        this.gatewayPort = chosen(settings.gatewayPort(), free.get(0));
        this.innerPorts = free.subList(4, 6);
        this.deathWatch = watch();
        this.broker =
                new Broker(
                        home,
                        installation,
                        chosen(settings.kafkaPort(), free.get(1)),
                        deathWatch,
                        failure::complete);
        this.registry =
                new Registry(
                        home,
                        installation,
                        chosen(settings.registryPort(), free.get(2)),
                        deathWatch,
                        failure::complete);
        this.database =
                new Database(
                        home,
                        PostgresBinaries.of(installation, home),
                        chosen(settings.postgresPort(), free.get(3)),
                        deathWatch,
                        failure::complete);
    }

    /**
     * Prepares a machine: its folder is made and locked, its ports are checked. Nothing runs yet.
     * Throws {@link MachineException} when the folder cannot be written or is in use, or a port is.
     */
    public static Machine on(MachineSettings settings) {
        var home = settings.home();
        home.create();
        var lock = HomeLock.take(home);
        try {
            Logs.to(home.logs());
            Leftovers.end(home);
            Ports.check(settings.gatewayPort(), "the HTTP API", CURE.formatted("--port"));
            Ports.check(settings.kafkaPort(), "the Kafka broker", CURE.formatted("--kafka-port"));
            Ports.check(
                    settings.registryPort(),
                    "the schema registry",
                    CURE.formatted("--registry-port"));
            Ports.check(settings.postgresPort(), "PostgreSQL", CURE.formatted("--postgres-port"));
            return new Machine(settings, lock);
        } catch (IOException e) {
            lock.close();
            throw new MachineException(
                    "The data folder %s cannot be written (%s); name another in %s."
                            .formatted(home.folder(), e, Home.VARIABLE),
                    e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Starts everything and returns when the HTTP API takes scans. Throws {@link MachineException}
     * when a part cannot start; what did start is then still to be closed.
     */
    public void start() {
        var _ = failure.thenAccept(starts::fail);
        var broking = starts.begin("kafka", () -> broker.start(innerPorts.get(0)));
        var storing = starts.begin("postgres", database::start);
        var registering =
                starts.beginAfter(
                        storing,
                        "registry",
                        () -> {
                            registry.start(database, innerPorts.get(1));
                            note();
                        });
        // The services need broker and database to start, and the registry only for their first
        // record.
        starts.await(broking, storing);
        try {
            note();
            var secrets = SecretsKey.settings(settings.home());
            var gateway = new ArrayList<>(gatewaySettings());
            gateway.addAll(secrets);
            gateway.addAll(FirstKey.settings(settings.home()));
            var started = new Services(common(), gateway, secrets, Logs.file(logs()));
            services = started;
            starts.await(registering, started.start(starts));
        } catch (IOException e) {
            throw new MachineException(
                    "The data folder %s cannot be written (%s)."
                            .formatted(settings.home().folder(), e),
                    e);
        }
    }

    /** The address of the HTTP API. */
    public URI gateway() {
        return URI.create("http://127.0.0.1:" + gatewayPort);
    }

    /** The bootstrap address of the broker. */
    public String kafka() {
        return broker.address();
    }

    /** The address of the schema registry, the part that speaks Confluent's API. */
    public URI registry() {
        return registry.address();
    }

    /** The JDBC address of PostgreSQL; user and password are in the home. */
    public String database() {
        return database.url();
    }

    /** The folder of the logs. */
    public Path logs() {
        return settings.home().logs();
    }

    /**
     * Blocks until a part ends without having been stopped; returns what happened in one sentence.
     */
    public String awaitFailure() {
        return failure.join();
    }

    /** Throws {@link MachineException} when a part has ended without having been stopped. */
    public void assureWhole() {
        if (failure.isDone()) {
            throw new MachineException(failure.join());
        }
    }

    /**
     * Stops everything in order: first the gateway, so that nothing new comes in, then the
     * services, then what they work with. Blocks until all has ended; a second call does nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        var running = services;
        if (running != null) {
            // Without the broker they cannot finish what they have begun, and would wait for it in
            // vain.
            var limit = failure.isDone() ? Duration.ofSeconds(5) : Duration.ofSeconds(40);
            quietly(() -> running.stopGateway(limit));
            quietly(() -> running.stopOthers(limit));
        }
        var ending = CompletableFuture.runAsync(registry::stop, ASIDE);
        quietly(broker::stop);
        quietly(ending::join);
        quietly(database::stop);
        quietly(() -> RunFile.delete(settings.home()));
        quietly(deathWatch::close);
        quietly(lock::close);
    }

    private interface Step {
        void run() throws Exception;
    }

    /** One part that does not stop well must not keep the others from being stopped. */
    private static void quietly(Step step) {
        try {
            step.run();
        } catch (Exception e) {
            log().warn("while stopping", e);
        }
    }

    /** Asked for anew each time: the log is set up after this class may have been loaded. */
    private static Logger log() {
        return LoggerFactory.getLogger(Machine.class);
    }

    private static DeathWatch watch() {
        try {
            return DeathWatch.over();
        } catch (UncheckedIOException e) {
            throw new MachineException(
                    "The watch over the child processes cannot be started (%s); it needs setsid, install util-linux."
                            .formatted(String.valueOf(e.getCause())),
                    e);
        }
    }

    private static int chosen(int wanted, int free) {
        return wanted == 0 ? free : wanted;
    }

    /**
     * Told twice, because the registry may not have been started when the others were ready: the
     * next start must find every child of a machine that was killed.
     */
    private synchronized void note() throws IOException {
        if (closed) {
            return;
        }
        Map<String, Long> children = new LinkedHashMap<>();
        broker.id().ifPresent(id -> children.put("kafka", id));
        database.id().ifPresent(id -> children.put("postgres", id));
        registry.id().ifPresent(id -> children.put("registry", id));
        new RunFile(
                        ProcessHandle.current().pid(),
                        Instant.now(),
                        gateway(),
                        kafka(),
                        registry(),
                        database(),
                        children)
                .write(settings.home());
    }

    private List<String> common() throws IOException {
        var arguments = new ArrayList<String>();
        // We stop the services in our own order, see close().
        arguments.add("--spring.main.register-shutdown-hook=false");
        arguments.add("--stepfree.kafka.bootstrap-servers=" + kafka());
        arguments.add("--stepfree.kafka.replication-factor=1");
        arguments.add("--stepfree.kafka.min-insync-replicas=1");
        arguments.add("--stepfree.kafka.flush-requests=true");
        arguments.add("--stepfree.kafka.state-directory=" + settings.home().streams());
        // There is one scheduler, and nobody else to keep a copy.
        arguments.add("--stepfree.scheduler.standbys=0");
        arguments.add("--stepfree.registry.url=" + registry());
        arguments.add("--stepfree.database.url=" + database());
        arguments.add("--stepfree.database.user=" + Database.USER);
        arguments.add("--stepfree.database.password=" + database.password());
        arguments.add("--stepfree.database.pool-size=6");
        arguments.add("--stepfree.reports.directory=" + settings.reports());
        if (!settings.allowedTargets().isEmpty()) {
            arguments.add(
                    "--stepfree.targets.allow=" + String.join(",", settings.allowedTargets()));
        }
        return arguments;
    }

    private List<String> gatewaySettings() {
        return List.of("--server.address=127.0.0.1", "--server.port=" + gatewayPort);
    }
}
