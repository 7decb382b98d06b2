package io.stepfree.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.process.FreePorts;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Starts the services as somebody does who runs a cluster: {@code java -jar}, one process each. */
final class EachServiceByItselfTest {

    private static final Path ROOT =
            Path.of(Objects.requireNonNull(System.getProperty("stepfree.root")));
    private static final List<String> SERVICES =
            List.of(
                    "ingest-gateway",
                    "scan-scheduler",
                    "scan-processor",
                    "report-builder",
                    "dlq-processor",
                    "alert-processor");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** The exit status of a JVM that ended in order on SIGTERM. */
    private static final int TERMINATED = 143;

    private static final int CANNOT_START = 3;

    private final List<Running> all = new ArrayList<>();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private record Running(String name, int port, Process process, Path log) {}

    @AfterEach
    void end() throws InterruptedException {
        for (Running service : all) {
            service.process().destroyForcibly().waitFor();
        }
    }

    @Test
    void itBecomesReadyAndEndsInOrderWhenToldTo() throws Exception {
        assumeJars();
        try (var kafka = TestKafka.start();
                var database = TestDatabase.start();
                var http = HttpClient.newHttpClient()) {
            for (String service : SERVICES) {
                start(service, FreePorts.one(), arguments(kafka, database));
            }
            for (Running service : all) {
                await(service.name() + " is ready")
                        .atMost(PATIENCE)
                        .until(() -> isReady(http, service));
            }

            Running late =
                    start("alert-processor", all.getLast().port(), arguments(kafka, database));
            assertThat(late.process().waitFor(PATIENCE))
                    .as("a second one on the port ends")
                    .isTrue();
            assertThat(late.process().exitValue()).isEqualTo(CANNOT_START);
            assertThat(late.log())
                    .content()
                    .contains("Port %d was already in use".formatted(late.port()));

            all.forEach(service -> service.process().destroy());
            for (Running service : all) {
                if (!service.equals(late)) {
                    assertThat(service.process().waitFor(PATIENCE)).as(service.name()).isTrue();
                    assertThat(service.process().exitValue())
                            .as("%s, see %s", service.name(), service.log())
                            .isEqualTo(TERMINATED);
                }
            }
        }
    }

    @Test
    void oneWhoseBrokerSettingsMakeNoSenseSaysSoInASentenceAndDoesNotStart() throws Exception {
        assumeJars();
        Running service =
                start(
                        "alert-processor",
                        FreePorts.one(),
                        Stream.of("--stepfree.kafka.bootstrap-servers=nowhere"));

        assertThat(service.process().waitFor(PATIENCE)).as("it ends").isTrue();
        assertThat(service.process().exitValue()).isEqualTo(CANNOT_START);
        assertThat(service.log())
                .content()
                .contains(
                        "no Kafka client can be made with stepfree.kafka.bootstrap-servers nowhere and the settings under stepfree.kafka.client: Invalid url in bootstrap.servers: nowhere")
                .doesNotContain("\tat ");
    }

    /** They are packaged before this module is tested, except by a build that ends at its tests. */
    private static void assumeJars() {
        List<Path> missing =
                SERVICES.stream()
                        .map(EachServiceByItselfTest::jar)
                        .filter(jar -> !Files.exists(jar))
                        .toList();
        assumeTrue(
                missing.isEmpty(), () -> "skipped: not packaged, as mvn verify does: " + missing);
    }

    private static Path jar(String service) {
        return ROOT.resolve("%s/target/%1$s-0.1.0-SNAPSHOT-exec.jar".formatted(service));
    }

    private Stream<String> arguments(TestKafka kafka, TestDatabase database) {
        return Arrays.stream(
                        ServiceArguments.of(
                                kafka,
                                TestRegistry.shared(),
                                database,
                                "--stepfree.reports.directory=" + folder.resolve("reports"),
                                "--stepfree.browser.slots=1"))
                .filter(argument -> !argument.startsWith("--server.port="));
    }

    private Running start(String service, int port, Stream<String> arguments) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-jar",
                                jar(service).toString(),
                                "--server.port=" + port));
        arguments.forEach(command::add);
        Path log = folder.resolve("%s-%d.log".formatted(service, all.size()));
        var running =
                new Running(
                        service,
                        port,
                        new ProcessBuilder(command)
                                .directory(folder.toFile())
                                .redirectErrorStream(true)
                                .redirectOutput(log.toFile())
                                .start(),
                        log);
        all.add(running);
        return running;
    }

    private static boolean isReady(HttpClient http, Running service) throws InterruptedException {
        assertThat(service.process().isAlive())
                .as("%s runs, see %s", service.name(), service.log())
                .isTrue();
        return Readiness.isReady(http, service.port());
    }
}
