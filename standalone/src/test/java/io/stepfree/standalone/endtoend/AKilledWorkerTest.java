package io.stepfree.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.gateway.GatewayApplication;
import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.processor.ProcessorApplication;
import io.stepfree.reports.ReportApplication;
import io.stepfree.scheduler.SchedulerApplication;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** Kills a real worker process with SIGKILL while it scans. */
final class AKilledWorkerTest {

    /**
     * 15 s are promised. This is as much as a busy machine can be given: after 30 s the job would
     * come back even if nobody had noticed the death.
     */
    private static final Duration RUNS_AGAIN_WITHIN = Duration.ofSeconds(25);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void itsScanRunsAgainOnAnotherWorkerAndEndsOnce() throws Exception {
        var contexts = new ArrayList<ConfigurableApplicationContext>();
        var workers = new ArrayList<Process>();
        try (var site = new TargetSite();
                var kafka = TestKafka.start();
                var database = TestDatabase.start()) {
            TestRegistry registry = TestRegistry.shared();
            String allow = "--stepfree.targets.allow=" + site.target();
            String[] arguments =
                    ServiceArguments.of(
                            kafka,
                            registry,
                            database,
                            allow,
                            "--stepfree.reports.directory=" + folder);
            try {
                contexts.add(
                        ServiceApplication.run(
                                "scan-scheduler", SchedulerApplication.class, arguments));
                contexts.add(
                        ServiceApplication.run(
                                "report-builder", ReportApplication.class, arguments));
                ConfigurableApplicationContext gateway =
                        ServiceApplication.run(
                                "ingest-gateway", GatewayApplication.class, arguments);
                contexts.add(gateway);
                workers.add(worker(kafka, registry, allow, workers.size()));
                Api api =
                        new Api(
                                URI.create(
                                        "http://127.0.0.1:"
                                                + gateway.getEnvironment()
                                                        .getProperty("local.server.port")));
                try (api) {
                    String id = api.accepted(site.url("/held"), "killed-1");
                    await().atMost(PATIENCE).until(() -> site.visits("/held") == 1);
                    workers.add(worker(kafka, registry, allow, workers.size()));
                    await().atMost(PATIENCE).until(() -> slots(kafka, registry) == 2);

                    workers.getFirst().destroyForcibly().waitFor();
                    Instant killed = Instant.now();
                    await().atMost(RUNS_AGAIN_WITHIN)
                            .pollInterval(Duration.ofMillis(50))
                            .until(() -> site.visits("/held") == 2);
                    System.out.printf(
                            "the scan ran again %d ms after its worker was killed%n",
                            Duration.between(killed, Instant.now()).toMillis());
                    site.release();

                    await().atMost(PATIENCE).until(() -> api.scan(id).has("report"));
                    assertEndedOnce(kafka, registry, id);
                }
            } finally {
                contexts.reversed().forEach(ConfigurableApplicationContext::close);
                for (Process worker : workers) {
                    worker.destroy();
                    if (!worker.waitFor(Duration.ofSeconds(20))) {
                        worker.destroyForcibly();
                    }
                }
            }
        }
    }

    private static void assertEndedOnce(TestKafka kafka, TestRegistry registry, String id) {
        try (var jobs = TopicProbe.of(kafka, registry, Topics.SCAN_JOBS);
                var attempts = TopicProbe.of(kafka, registry, Topics.SCAN_ATTEMPTS);
                var results = TopicProbe.of(kafka, registry, Topics.SCAN_RESULTS);
                var deadLetters = TopicProbe.of(kafka, registry, Topics.SCAN_DEAD_LETTERS)) {
            await().atMost(PATIENCE).until(() -> !results.values().isEmpty());
            assertThat(results.values())
                    .singleElement()
                    .satisfies(result -> assertThat(result.getRequest().getScanId()).isEqualTo(id));
            assertThat(deadLetters.values()).isEmpty();
            assertThat(jobs.values())
                    .as("the job was delivered again, not dispatched again")
                    .extracting(ScanJob::getAttempt)
                    .containsExactly(1);
            assertThat(attempts.values()).extracting(ScanAttempt::getAttempt).containsExactly(1);
        }
    }

    /** How many workers have been heard of. */
    private static long slots(TestKafka kafka, TestRegistry registry) {
        try (var signals = TopicProbe.of(kafka, registry, Topics.OPS_SIGNALS)) {
            return signals.values().stream()
                    .filter(signal -> signal.getService().equals("scan-processor"))
                    .map(signal -> signal.getInstance())
                    .distinct()
                    .count();
        }
    }

    private Process worker(TestKafka kafka, TestRegistry registry, String allow, int number)
            throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ProcessorApplication.class.getName()));
        command.addAll(
                List.of(
                        ServiceArguments.of(
                                kafka,
                                registry,
                                allow,
                                "--stepfree.browser.slots=1",
                                "--spring.main.web-application-type=none")));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("worker-" + number + ".log").toFile())
                .start();
    }
}
