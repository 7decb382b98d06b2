package io.stepfree.platform.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.topic.Topics;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client written by others, in another language, understands our records through the registry's
 * Confluent-compatible address. It is fetched from npm once and kept in {@code target/npm}.
 */
final class IndependentClientTest {

    private static final String CLIENT = "@kafkajs/confluent-schema-registry";
    private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration DECODE_TIMEOUT = Duration.ofSeconds(60);

    private final Path folder =
            Path.of(
                    Objects.requireNonNull(System.getProperty("stepfree.root")),
                    "platform/target/npm");

    @Test
    void itDecodesARecordByTheRegistrysAddressAlone(@TempDir Path state) throws Exception {
        assumeOnPath("node", "to run " + CLIENT + " with");
        install();
        ScanEvent event = event();

        JsonNode decoded;
        try (var kafka = TestKafka.start();
                var platform = RunningPlatform.start(kafka, TestRegistry.shared().url(), state);
                var probe = TopicProbe.raw(kafka, Topics.SCAN_EVENTS.name())) {
            platform.publisher()
                    .publish(Topics.SCAN_EVENTS, event.getScanId(), event, RequestId.create());
            await().until(() -> !probe.received().isEmpty());
            decoded = decode(probe.values().getFirst());
        }

        assertThat(decoded)
                .isEqualTo(
                        JsonMapper.shared()
                                .readTree(
                                        """
                                        {
                                          "scanId": "0199a1b2-0000-7000-8000-00000000000a",
                                          "requestId": "request-ä-1",
                                          "kind": "RETRYING",
                                          "at": 1700000000123,
                                          "attempt": 2,
                                          "request": {
                                            "scanId": "0199a1b2-0000-7000-8000-00000000000a",
                                            "requestId": "request-ä-1",
                                            "client": "local",
                                            "url": "https://example.org/größe?q=1",
                                            "host": "example.org",
                                            "standard": "wcag22aa",
                                            "priority": "LOW",
                                            "options": {
                                              "timeoutMillis": 60000,
                                              "viewportWidth": 1280,
                                              "viewportHeight": 1024,
                                              "device": "",
                                              "deviceScaleFactor": 1,
                                              "mobile": false,
                                              "userAgent": null,
                                              "language": "",
                                              "colorScheme": "LIGHT",
                                              "waitFor": "LOAD",
                                              "waitSelector": "",
                                              "actions": [],
                                              "screenshots": "NONE",
                                              "secrets": null
                                            },
                                            "submittedAt": 1700000000000,
                                            "earlierAttempts": 0,
                                            "replays": 0,
                                            "batchId": null,
                                            "lineage": null,
                                            "traceparent": null, "site": null
                                          },
                                          "failure": {
                                            "type": "HTTP_ERROR",
                                            "message": "the page answered 503",
                                            "httpStatus": 503,
                                            "field": null,
                                            "retryAfterMillis": null
                                          },
                                          "nextAttemptAt": 1700000002123,
                                          "batchId": null,
                                          "batch": null,
                                          "ledger": null, "report": null
                                        }
                                        """));
    }

    private static ScanEvent event() {
        return ScanEvent.newBuilder()
                .setScanId("0199a1b2-0000-7000-8000-00000000000a")
                .setRequestId("request-ä-1")
                .setKind(EventKind.RETRYING)
                .setAt(Instant.ofEpochMilli(1_700_000_000_123L))
                .setAttempt(2)
                .setRequest(
                        ScanRequest.newBuilder()
                                .setScanId("0199a1b2-0000-7000-8000-00000000000a")
                                .setRequestId("request-ä-1")
                                .setUrl("https://example.org/größe?q=1")
                                .setHost("example.org")
                                .setPriority(Priority.LOW)
                                .setOptions(ScanOptions.newBuilder().build())
                                .setSubmittedAt(Instant.ofEpochMilli(1_700_000_000_000L))
                                .build())
                .setFailure(
                        Failure.newBuilder()
                                .setType(FailureType.HTTP_ERROR)
                                .setMessage("the page answered 503")
                                .setHttpStatus(503)
                                .build())
                .setNextAttemptAt(Instant.ofEpochMilli(1_700_000_002_123L))
                .build();
    }

    private void install() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        boolean unchanged = true;
        for (String file : List.of("package.json", "package-lock.json", "decode.js")) {
            byte[] content = resource(file);
            Path target = folder.resolve(file);
            boolean same =
                    Files.exists(target) && Arrays.equals(Files.readAllBytes(target), content);
            unchanged &= same;
            Files.write(target, content);
        }
        if (unchanged && Files.exists(folder.resolve("node_modules").resolve(CLIENT))) {
            return;
        }
        assumeOnPath("npm", "to fetch " + CLIENT + " with");
        run(
                INSTALL_TIMEOUT,
                new byte[0],
                "npm",
                "ci",
                "--ignore-scripts",
                "--prefer-offline",
                "--no-audit",
                "--no-fund");
    }

    private JsonNode decode(byte[] value) throws IOException, InterruptedException {
        String answer =
                run(
                        DECODE_TIMEOUT,
                        Base64.getEncoder().encode(value),
                        "node",
                        "decode.js",
                        TestRegistry.shared().url().toString());
        return JsonMapper.shared().readTree(answer);
    }

    /** What the command printed; fails with its error output when it did not succeed. */
    private String run(Duration timeout, byte[] input, String... command)
            throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        Path errors = folder.resolve("errors.txt");
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
        try (var toProcess = process.getOutputStream()) {
            toProcess.write(input);
        }
        boolean ended = process.waitFor(timeout);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        assertThat(ended && process.exitValue() == 0)
                .as(
                        "`%s` in %s %s%s: %s",
                        String.join(" ", command),
                        folder,
                        ended ? "failed" : "did not end within " + timeout,
                        whenNodeIsTooOld(),
                        Files.readString(errors))
                .isTrue();
        return Files.readString(output);
    }

    /**
     * Node runs the client also below the version that it declares, so an older one is no reason to
     * skip; when something fails, it is the first thing to know.
     */
    private String whenNodeIsTooOld() throws IOException, InterruptedException {
        JsonNode lock = JsonMapper.shared().readTree(resource("package-lock.json"));
        String declared =
                lock.path("packages")
                        .path("node_modules/" + CLIENT)
                        .path("engines")
                        .path("node")
                        .asString();
        Process node = new ProcessBuilder("node", "--version").start();
        String version =
                new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        node.waitFor();
        return major(version) < major(declared)
                ? " (with node %s, while %s declares that it needs %s)"
                        .formatted(version, CLIENT, declared)
                : "";
    }

    /** The first number in {@code v20.1.2} or {@code >=22.0.0}. */
    private static int major(String version) {
        return Integer.parseInt(version.replaceFirst("^\\D*(\\d+).*$", "$1"));
    }

    /** The reason also goes where it is seen: a skipped test is quiet in Maven's output. */
    private static void assumeOnPath(String command, String purpose) {
        if (!onPath(command)) {
            String reason =
                    "skipped: there is no %s on this machine %s; nothing shows that other clients read our records"
                            .formatted(command, purpose);
            // Not closed, since that would close the error output of the whole process.
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8)
                    .println("[WARNING] IndependentClientTest " + reason);
            assumeTrue(false, reason);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(
                        IndependentClientTest.class.getResourceAsStream(
                                "/independent-client/" + name),
                        name)) {
            return stream.readAllBytes();
        }
    }

    private static boolean onPath(String command) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        return Arrays.stream(path.split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }
}
