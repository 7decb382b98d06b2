package io.stepfree.docs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stepfree.platform.metric.OwnMeter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** The rules for Prometheus, held against the catalogue of meters and against promtool. */
final class AlertRulesTest {

    private static final Path PROMETHEUS = MadePage.root().resolve("monitoring/prometheus");
    private static final Path RULES = PROMETHEUS.resolve("rules");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final List<Map<?, ?>> RECORDED = rules("recording.yaml");
    private static final List<Map<?, ?>> ALERTS = rules("alerts.yaml");

    static List<Map<?, ?>> alerts() {
        return ALERTS;
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void anAlertSaysHowUrgentItIsWhatIsTheMatterAndWhatToDo(Map<?, ?> alert) {
        assertThat(text(alert, "alert")).startsWith("Stepfree");
        assertThat((Map<?, ?>) requireNonNull(alert.get("labels")))
                .extracting("severity")
                .isIn("warning", "error", "critical");
        var annotations = (Map<?, ?>) requireNonNull(alert.get("annotations"));
        assertThat(annotations.keySet()).asString().isEqualTo("[summary, action]");
        assertThat(annotations.values())
                .allSatisfy(text -> assertThat(text).asString().endsWith("."));
    }

    @Test
    void noAlertIsDeclaredTwice() {
        assertThat(ALERTS).extracting(alert -> text(alert, "alert")).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void anAlertIsTestedToFireAndToBeSilent(Map<?, ?> alert) throws IOException {
        String tests = Files.readString(RULES.resolve("alerts_test.yaml"));
        String query =
                Pattern.quote(
                        "count(ALERTS{alertname=\"%s\", alertstate=\"firing\"}) > bool 0"
                                .formatted(text(alert, "alert")));

        for (String outcome : List.of("[{value: 1}]", "[]")) {
            assertThat(tests)
                    .containsPattern(
                            query
                                    + "\\s+eval_time: \\S+\\s+exp_samples: "
                                    + Pattern.quote(outcome)
                                    + "\\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMeterThatTheCatalogueSaysToAlertOnHasAnAlert(OwnMeter meter) {
        boolean never = meter.alert().startsWith("Never");

        assertThat(ALERTS.stream().anyMatch(alert -> asksFor(alert, meter)))
                .as("an alert asks for %s, of which the catalogue says: %s", meter, meter.alert())
                .isEqualTo(!never);
    }

    @Test
    void promtoolFindsTheRulesWellFormed() throws Exception {
        assumePromtool();

        assertSucceeds(PROMETHEUS, "check", "config", "prometheus.yaml");
        assertSucceeds(RULES, "check", "rules", "recording.yaml", "alerts.yaml");
    }

    @Test
    void promtoolFindsTheRulesToDoAsTheirTestsSay() throws Exception {
        assumePromtool();

        assertSucceeds(RULES, "test", "rules", "recording_test.yaml", "alerts_test.yaml");
    }

    /** Itself, or through a rule that records. */
    private static boolean asksFor(Map<?, ?> alert, OwnMeter meter) {
        String query = text(alert, "expr");
        for (Map<?, ?> recorded : RECORDED) {
            query = query.replace(text(recorded, "record"), text(recorded, "expr"));
        }
        return Pattern.compile("\\b%s(_count|_bucket|_sum)?\\b".formatted(meter.prometheusName()))
                .matcher(query)
                .find();
    }

    private static String text(Map<?, ?> rule, String key) {
        return requireNonNull(rule.get(key)).toString();
    }

    private static List<Map<?, ?>> rules(String file) {
        Map<String, List<Map<String, List<Map<?, ?>>>>> read;
        try {
            read = new Yaml().load(Files.readString(RULES.resolve(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return requireNonNull(read.get("groups")).stream()
                .flatMap(group -> requireNonNull(group.get("rules")).stream())
                .toList();
    }

    private static void assumePromtool() {
        boolean found =
                Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
        assumeTrue(
                found,
                "skipped: there is no promtool on the PATH; it comes with Prometheus, in Debian with the package prometheus");
    }

    private static void assertSucceeds(Path folder, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("promtool"));
        command.addAll(Arrays.asList(arguments));
        Path told = Files.createTempFile("promtool", ".txt");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(told.toFile())
                            .start();
            assertThat(process.waitFor(PATIENCE)).as("%s ends", command).isTrue();
            assertThat(process.exitValue())
                    .as("%s: %s", command, Files.readString(told, StandardCharsets.UTF_8))
                    .isZero();
        } finally {
            Files.delete(told);
        }
    }
}
