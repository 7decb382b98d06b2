package io.stepfree.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.schemas.topic.Topics;
import io.stepfree.standalone.Stepfree;
import io.stepfree.standalone.machine.Home;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Kills everything with SIGKILL in the middle of many scans, and starts it again on the same data.
 */
final class AKilledMachineTest {

    private static final int SCANS = 30;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Set<String> OPEN = Set.of("accepted", "dispatched", "retrying");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void everyAcceptedScanEndsOnceAfterTheNextStart() throws Exception {
        Path home = folder.resolve("home");
        Process running = null;
        try (var site = new TargetSite()) {
            running = up(home, site);
            List<String> accepted = new ArrayList<>();
            try (var api = new Api(addresses(home, running).gateway(), key(home))) {
                for (int i = 0; i < SCANS; i++) {
                    accepted.add(api.accepted(site.url(path(i)), "machine-" + i));
                }
                await().atMost(PATIENCE)
                        .until(() ->
                                accepted.stream()
                                        .anyMatch(id -> api.status(id).equals("completed")));
                assertThat(accepted)
                        .as("some scans are open when the machine is killed")
                        .anyMatch(id -> OPEN.contains(api.status(id)));
            }
            killAll(home, running);
            site.release();

            running = up(home, site);
            Addresses addresses = addresses(home, running);
            try (var api = new Api(addresses.gateway(), key(home))) {
                for (String id : accepted) {
                    await("scan " + id).atMost(PATIENCE).until(() -> ended(api.scan(id)));
                }
            }
            awaitQuiet(addresses);
            assertThat(endsOnTheTopics(addresses))
                    .as("each accepted scan ended exactly once")
                    .containsExactlyInAnyOrderElementsOf(accepted);
            assertThat(reports(home)).hasSize(SCANS - SCANS / 10);
        } finally {
            if (running != null) {
                running.destroy();
                if (!running.waitFor(Duration.ofSeconds(60))) {
                    running.destroyForcibly();
                }
            }
        }
    }

    /**
     * Kills the machine and all its descendants with one command, so that none has time to stop the
     * others in order: the broker and PostgreSQL crash too.
     */
    private static void killAll(Path home, Process running)
            throws IOException, InterruptedException {
        List<ProcessHandle> all =
                Stream.concat(running.descendants(), Stream.of(running.toHandle())).toList();
        JsonNode children = noteOf(home, running).path("children");
        assertThat(all)
                .extracting(ProcessHandle::pid)
                .as("broker and PostgreSQL are among them")
                .contains(children.path("kafka").asLong(), children.path("postgres").asLong());
        var command = new ArrayList<>(List.of("kill", "-9"));
        all.forEach(handle -> command.add(Long.toString(handle.pid())));
        // Its exit code says only whether one of them had ended by itself before.
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        await("all of the machine is gone")
                .until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** One in ten is missing, and one in ten is held, so that it is open when the kill comes. */
    private static String path(int number) {
        return switch (number % 10) {
            case 5 -> "/held" + number;
            case 9 -> "/missing" + number;
            default -> "/page" + number;
        };
    }

    /**
     * Waits until nothing is under way any more from which a second end could come: no worker has a
     * job, and the scheduler has read every outcome and every command.
     */
    private static void awaitQuiet(Addresses addresses) {
        Instant ended = Instant.now();
        try (var signals =
                        TopicProbe.of(addresses.kafka(), addresses.registry(), Topics.OPS_SIGNALS);
                var admin =
                        Admin.create(
                                Map.of(
                                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                                        addresses.kafka()))) {
            await("no worker has a job")
                    .atMost(PATIENCE)
                    .until(() ->
                            signals.values().stream()
                                    .anyMatch(signal ->
                                            signal.getService().equals("scan-processor")
                                                    && signal.getAt().isAfter(ended)
                                                    && signal.getInFlight() == 0));
            await("the scheduler has read everything")
                    .atMost(PATIENCE)
                    .until(() -> unread(admin) == 0);
        }
    }

    /** How many commands and outcomes the scheduler has yet to read. */
    private static long unread(Admin admin) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> read =
                admin.listConsumerGroupOffsets("scan-scheduler")
                        .partitionsToOffsetAndMetadata()
                        .get();
        Map<TopicPartition, OffsetSpec> inputs =
                Stream.of(Topics.SCAN_REQUESTS, Topics.SCAN_ATTEMPTS)
                        .flatMap(topic ->
                                IntStream.range(0, topic.partitions())
                                        .mapToObj(
                                                number -> new TopicPartition(topic.name(), number)))
                        .collect(Collectors.toMap(input -> input, _ -> OffsetSpec.latest()));
        return admin.listOffsets(inputs).all().get().entrySet().stream()
                .mapToLong(end ->
                        end.getValue().offset()
                                - Optional.ofNullable(read.get(end.getKey()))
                                        .map(OffsetAndMetadata::offset)
                                        .orElse(0L))
                .sum();
    }

    private record Addresses(URI gateway, String kafka, URI registry) {}

    private static boolean ended(JsonNode scan) {
        return switch (scan.path("status").asString("")) {
            case "completed" -> scan.has("report");
            case "dead_lettered" -> true;
            default -> false;
        };
    }

    private static List<String> endsOnTheTopics(Addresses addresses) {
        var ends = new ArrayList<String>();
        try (var results =
                        TopicProbe.of(
                                addresses.kafka(), addresses.registry(), Topics.SCAN_RESULTS);
                var deadLetters =
                        TopicProbe.of(
                                addresses.kafka(),
                                addresses.registry(),
                                Topics.SCAN_DEAD_LETTERS)) {
            results.values().forEach(result -> ends.add(result.getRequest().getScanId()));
            deadLetters.values().forEach(letter -> ends.add(letter.getRequest().getScanId()));
        }
        return ends;
    }

    private static List<Path> reports(Path home) throws IOException {
        try (var files = Files.walk(home.resolve("reports"))) {
            return files.filter(file -> file.getFileName().toString().endsWith(".html")).toList();
        }
    }

    private Process up(Path home, TargetSite site) throws IOException {
        var builder =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin/java")
                                                .toString(),
                                        "-Xmx512m",
                                        "-XX:+UseSerialGC",
                                        "-XX:TieredStopAtLevel=1",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Stepfree.class.getName(),
                                        "up",
                                        "--port=0",
                                        "--allow=" + site.target()))
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        folder.resolve("up.log").toFile()));
        builder.environment().put("STEPFREE_HOME", home.toString());
        return builder.start();
    }

    /** Waits until the machine takes scans and reads its addresses from its note. */
    private static Addresses addresses(Path home, Process running) {
        JsonNode note =
                await().atMost(Duration.ofSeconds(90))
                        .until(() -> noteOf(home, running), node -> node.has("gateway"));
        var addresses =
                new Addresses(
                        URI.create(note.path("gateway").asString()),
                        note.path("kafka").asString(),
                        URI.create(note.path("registry").asString()));
        await().atMost(Duration.ofSeconds(90)).until(() -> ready(addresses.gateway(), running));
        return addresses;
    }

    private static JsonNode noteOf(Path home, Process running) throws IOException {
        assertThat(running.isAlive()).as("the machine runs").isTrue();
        Path file = home.resolve("run.json");
        if (!Files.exists(file)) {
            return JsonMapper.shared().createObjectNode();
        }
        JsonNode note = JsonMapper.shared().readTree(Files.readString(file));
        return note.path("process").asLong() == running.pid()
                ? note
                : JsonMapper.shared().createObjectNode();
    }

    private static String key(Path home) {
        return new Home(home).key().orElseThrow();
    }

    private static boolean ready(URI gateway, Process running) {
        assertThat(running.isAlive()).as("the machine runs").isTrue();
        try (var http = java.net.http.HttpClient.newHttpClient()) {
            return http.send(
                                    java.net.http.HttpRequest.newBuilder(gateway.resolve("/readyz"))
                                            .build(),
                                    java.net.http.HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
