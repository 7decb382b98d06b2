package io.stepfree.load.chaos.pipeline;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.platform.process.DeathWatch;
import io.stepfree.platform.process.FreePorts;
import io.stepfree.standalone.broker.BrokerProcess;
import io.stepfree.standalone.machine.Installation;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The whole pipeline as separate processes on ports and in folders of one run. Whoever makes one
 * must close it; should our process die in whatever way, the death watch ends the others.
 */
public final class Pipeline implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);

    private final PipelineSettings settings;

    /** Half of what docker-compose.kafka.yml gives a service. */
    private static final String HEAP_IN_CONTAINERS = "256m";

    private final Database database;
    private final Broker broker;
    private final Part databasePart;
    private final Part brokerPart;
    private final Part registryPart;
    private final Map<Service, Part> services = new EnumMap<>(Service.class);
    private final Map<Service, Integer> ports = new EnumMap<>(Service.class);
    private final int registryPort;
    private final Set<Service> asInContainers;
    private final DeathWatch deathWatch = DeathWatch.over();
    private final ScheduledExecutorService supervisor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("supervisor").daemon().factory());
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PROBE_LIMIT).build();
    private final Thread hook = new Thread(this::killAll);

    public Pipeline(PipelineSettings settings) {
        this(settings, Set.of());
    }

    /**
     * @param asInContainers the services that have the heap and the compilers that they have in
     *     their container, for who measures what they can do; the others are small and quick to
     *     start
     */
    public Pipeline(PipelineSettings settings, Set<Service> asInContainers) {
        this.settings = settings;
        this.asInContainers = Set.copyOf(asInContainers);
        List<Integer> free = freePorts(5 + Service.values().length);
        this.database = new Database(settings.folder(), log("postgres"), free.get(0));
        this.broker = new Broker(settings.folder(), free.get(1), free.get(2));
        this.registryPort = free.get(3);
        this.databasePart = part("postgres", database.start(), Map.of(), database::prepared);
        this.brokerPart = part("kafka", brokerCommand(), Map.of(), broker::answersAsOurs);
        this.registryPart =
                part(
                        "registry",
                        registryCommand(free.get(4)),
                        Map.of(),
                        () -> answers(registry() + "/subjects"));
        String secret = randomKey();
        var left = free.subList(5, free.size()).iterator();
        for (Service service : Service.values()) {
            int port = left.next();
            ports.put(service, port);
            services.put(
                    service,
                    part(
                            service.text(),
                            serviceCommand(service, port, secret),
                            environment(service),
                            () -> answers("http://127.0.0.1:%d/readyz".formatted(port))));
        }
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Makes the folders, and starts broker, database and registry; returns when they answer. */
    public void startFoundations() throws InterruptedException {
        try {
            for (Path each :
                    List.of(
                            settings.folder(),
                            settings.logs(),
                            settings.reports(),
                            settings.state(),
                            settings.temporary())) {
                Files.createDirectories(each);
            }
        } catch (IOException e) {
            throw new MeasurementException(
                    "The run's folders cannot be made (%s).".formatted(e), e);
        }
        broker.configure();
        brokerPart.start();
        database.initialise();
        databasePart.start();
        databasePart.awaitReady(START_LIMIT);
        registryPart.start();
        brokerPart.awaitReady(START_LIMIT);
        registryPart.awaitReady(START_LIMIT);
    }

    /** Starts these services and returns when each says that it is ready. */
    public void start(List<Service> wanted) throws InterruptedException {
        for (Service service : wanted) {
            part(service).start();
        }
        for (Service service : wanted) {
            part(service).awaitReady(START_LIMIT);
        }
    }

    public Part part(Service service) {
        Part part = services.get(service);
        if (part == null) {
            throw new IllegalArgumentException("There is no " + service);
        }
        return part;
    }

    public Part databasePart() {
        return databasePart;
    }

    public Part brokerPart() {
        return brokerPart;
    }

    public Part registryPart() {
        return registryPart;
    }

    /** What every service needs, and then these. */
    public List<Part> foundationsAnd(List<Service> wanted) {
        var parts = new ArrayList<>(List.of(databasePart, brokerPart, registryPart));
        wanted.forEach(service -> parts.add(part(service)));
        return parts;
    }

    private List<Part> parts() {
        return foundationsAnd(List.of(Service.values()));
    }

    public Broker broker() {
        return broker;
    }

    public Database database() {
        return database;
    }

    /** The registry's address, the part that speaks Confluent's API. */
    public URI registry() {
        return URI.create("http://127.0.0.1:%d/apis/ccompat/v7".formatted(registryPort));
    }

    public URI gateway() {
        return URI.create("http://127.0.0.1:" + ports.get(Service.GATEWAY));
    }

    public PipelineSettings settings() {
        return settings;
    }

    /** Ends everything, the services before what they work with; returns when all has ended. */
    public void stopAll() throws InterruptedException {
        stop(List.copyOf(services.values()));
        stop(List.of(registryPart, brokerPart));
        stop(List.of(databasePart));
    }

    private static void stop(List<Part> parts) throws InterruptedException {
        for (Part part : parts) {
            part.askToStop();
        }
        for (Part part : parts) {
            part.awaitStopped(STOP_LIMIT);
        }
    }

    /** Kills what still runs. */
    @Override
    public void close() {
        killAll();
        Runtime.getRuntime().removeShutdownHook(hook);
        http.close();
    }

    private void killAll() {
        supervisor.shutdownNow();
        parts().forEach(Part::kill);
        for (long id : Family.of(settings.folder())) {
            ProcessHandle.of(id).ifPresent(ProcessHandle::destroyForcibly);
        }
        deathWatch.close();
    }

    private Part part(
            String name, List<String> command, Map<String, String> more, Part.Probe probe) {
        var environment = new LinkedHashMap<>(more);
        // Names the run's folder, by which its processes are known.
        environment.put("TMPDIR", settings.temporary().toString());
        return new Part(name, command, environment, log(name), probe, deathWatch, supervisor);
    }

    private Path log(String name) {
        return settings.logs().resolve(name + ".log");
    }

    private List<String> brokerCommand() {
        List<String> command = small("kafka", "384m");
        command.add("-Dlogback.configurationFile=io/stepfree/standalone/logback-broker.xml");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(BrokerProcess.class.getName());
        command.add(settings.folder().resolve("kafka/server.properties").toString());
        return command;
    }

    private List<String> registryCommand(int managementPort) {
        List<String> command = small("registry", "192m");
        command.addAll(
                List.of(
                        // It keeps a cache there, which is not ours to judge.
                        "-Djava.io.tmpdir=" + settings.folder(),
                        "-Dapicurio.storage.kind=sql",
                        "-Dapicurio.storage.sql.kind=postgresql",
                        "-Dapicurio.datasource.url="
                                + database.url()
                                + "?currentSchema="
                                + Database.REGISTRY_SCHEMA,
                        "-Dapicurio.datasource.username=" + Database.USER,
                        "-Dapicurio.datasource.password=none",
                        "-Dapicurio.datasource.jdbc.initial-size=2",
                        "-Dapicurio.datasource.jdbc.min-size=2",
                        "-Dapicurio.datasource.jdbc.max-size=8",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=" + registryPort,
                        "-Dquarkus.http.access-log.enabled=false",
                        "-Dquarkus.management.host=127.0.0.1",
                        "-Dquarkus.management.port=" + managementPort,
                        "-jar",
                        Installation.current().registryJar().toString()));
        return command;
    }

    private List<String> serviceCommand(Service service, int port, String secret) {
        List<String> command =
                asInContainers.contains(service)
                        ? java(HEAP_IN_CONTAINERS)
                        : small(service.text(), service.heap());
        if (settings.plantedBug() != null) {
            command.add("-Dstepfree.planted-bug=" + settings.plantedBug());
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), service.main()));
        command.addAll(
                List.of(
                        "--server.address=127.0.0.1",
                        "--server.port=" + port,
                        "--server.tomcat.basedir=" + settings.folder().resolve(service.text()),
                        "--stepfree.kafka.bootstrap-servers=" + broker.address(),
                        "--stepfree.kafka.replication-factor=1",
                        "--stepfree.kafka.min-insync-replicas=1",
                        "--stepfree.kafka.flush-requests=true",
                        "--stepfree.kafka.state-directory=" + state(service),
                        "--stepfree.registry.url=" + registry(),
                        "--stepfree.database.url=" + database.url(),
                        "--stepfree.database.user=" + Database.USER,
                        "--stepfree.database.password=none",
                        "--stepfree.database.pool-size=4",
                        "--stepfree.reports.directory=" + settings.reports(),
                        "--stepfree.targets.allow=" + String.join(",", settings.targets()),
                        "--stepfree.scheduler.job-deadline="
                                + settings.jobDeadline().toSeconds()
                                + "s",
                        "--stepfree.scheduler.retry-delays=" + settings.retryDelays(),
                        "--stepfree.secrets.keys.chaos=" + secret,
                        "--stepfree.secrets.current=chaos"));
        command.addAll(settings.more());
        return command;
    }

    /** Two schedulers cannot keep their stores in one folder. */
    private Path state(Service service) {
        return switch (service) {
            case SCHEDULER_2, SCHEDULER_3 -> settings.state().resolve(service.text());
            default -> settings.state();
        };
    }

    private List<String> java(String heap) {
        return new ArrayList<>(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heap,
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Djava.awt.headless=true",
                        "-Djava.io.tmpdir=" + settings.temporary()));
    }

    /** Small and quick to start; the archive of loaded classes is made by the first orderly end. */
    private List<String> small(String name, String heap) {
        List<String> command = java(heap);
        command.add("-XX:TieredStopAtLevel=1");
        Path archives = settings.root().resolve("load/target");
        if (Files.isDirectory(archives) && onlyJars()) {
            command.add("-XX:+AutoCreateSharedArchive");
            command.add("-XX:SharedArchiveFile=" + archives.resolve("chaos-" + name + ".jsa"));
            command.add("-Xlog:cds=off,cds+dynamic=off,aot=off");
        }
        return command;
    }

    /** The JVM archives no classes that lie in folders, as in a test. */
    private static boolean onlyJars() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .noneMatch(entry -> Files.isDirectory(Path.of(entry)));
    }

    private Map<String, String> environment(Service service) {
        var environment = new LinkedHashMap<String, String>();
        if (settings.plantedBug() != null) {
            environment.put("STEPFREE_ALLOW_PLANTED_BUGS", "yes");
        }
        if (settings.clock() != null) {
            environment.putAll(settings.clock().environment(service.text()));
        }
        return environment;
    }

    private boolean answers(String address) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(address)).timeout(PROBE_LIMIT).build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    }

    private static String randomKey() {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static List<Integer> freePorts(int count) {
        try {
            return FreePorts.some(count);
        } catch (IOException e) {
            throw new MeasurementException("No ports are free (%s).".formatted(e), e);
        }
    }
}
