package io.stepfree.platform.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.SampleAttempt;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What comes from outside stays within its line, however the log is written. */
final class LogFormatTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir Path folder;

    @Test
    void whatComesFromOutsideBeginsNoLineOfThePlainLog() throws Exception {
        List<String> lines = logged("plain");

        assertThat(lines.stream().filter(line -> line.contains("a hostile word")))
                .hasSize(1)
                .allSatisfy(line ->
                        assertThat(line)
                                .contains(" WARN ")
                                .contains("[request-1] [scan-1] [2] [ann]")
                                .contains("page " + HostileLog.FORGED));
        assertThat(lines).noneMatch(line -> line.startsWith("2026-11-29T12:00:00.000Z"));
        assertThat(lines).noneMatch(line -> line.chars().anyMatch(LogFormatTest::steers));
        assertThat(lines.stream().filter(line -> line.contains("IllegalStateException")))
                .hasSize(1)
                .allSatisfy(line -> assertThat(line).startsWith("    "));
        assertThat(lines.stream().filter(line -> line.contains("at " + HostileLog.class.getName())))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).startsWith("    "));
    }

    @Test
    void whatComesFromOutsideBeginsNoLineOfTheStructuredLog() throws Exception {
        List<JsonNode> events =
                logged("ecs").stream().map(line -> JsonMapper.shared().readTree(line)).toList();

        List<JsonNode> hostile =
                events.stream()
                        .filter(event ->
                                event.path("message").asString("").contains("a hostile word"))
                        .toList();
        assertThat(hostile).hasSize(1);
        JsonNode event = hostile.getFirst();
        assertThat(event.path("message").asString()).endsWith(HostileLog.HOSTILE);
        assertThat(event.path("ecs").path("version").asString()).isNotBlank();
        assertThat(event.path("log").path("level").asString()).isEqualTo("WARN");
        assertThat(event.path("service").path("name").asString()).isEqualTo("log-test");
        assertThat(event.path("requestId").asString()).isEqualTo("request-1");
        assertThat(event.path("scanId").asString()).isEqualTo("scan-1");
        assertThat(event.path("attempt").asString()).isEqualTo("2");
        assertThat(event.path("client").asString()).isEqualTo("ann");
        assertThat(event.path("error").path("message").asString()).isEqualTo(HostileLog.HOSTILE);
    }

    @Test
    void aFormatThatIsNoneStopsTheStart() throws Exception {
        assertThat(String.join("\n", logged("xml")))
                .contains("stepfree.logs.format")
                .contains("xml")
                .doesNotContain("a hostile word");
    }

    /**
     * A process of its own logs as a service does; in this one the settings of the tests stand in
     * the way.
     */
    private List<String> logged(String format) throws Exception {
        Path classes = folder.resolve("classes");
        Path tests =
                Path.of(
                        HostileLog.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        for (Class<?> needed : List.of(HostileLog.class, SampleAttempt.class)) {
            String file = needed.getName().replace('.', '/') + ".class";
            Files.createDirectories(classes.resolve(file).getParent());
            Files.copy(
                    tests.resolve(file),
                    classes.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        String libraries =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> !Path.of(entry).equals(tests))
                        .collect(Collectors.joining(File.pathSeparator));
        Path log = folder.resolve(format + ".log");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx128m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Dstdout.encoding=UTF-8",
                                "-cp",
                                classes + File.pathSeparator + libraries,
                                HostileLog.class.getName(),
                                "--spring.main.web-application-type=none",
                                "--stepfree.logs.format=" + format)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            assertThat(process.waitFor(PATIENCE)).as("it ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return List.of(Files.readString(log, StandardCharsets.UTF_8).split("\n"));
    }

    private static boolean steers(int character) {
        return (Character.isISOControl(character) && character != '\t')
                || character == 0x2028
                || character == 0x2029;
    }
}
