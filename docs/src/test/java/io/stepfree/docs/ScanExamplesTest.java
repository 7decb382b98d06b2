package io.stepfree.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.stepfree.gateway.admission.Device;
import io.stepfree.gateway.admission.ScanAdmission;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.platform.target.TargetProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the documentation shows as a scan is one that the gateway takes. */
final class ScanExamplesTest {

    private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```json\n(.*?)^```");
    private static final Pattern ACTION = Pattern.compile("(?m)^\\| `(\\{.*?})` \\|");

    private final ScanAdmission admission =
            new ScanAdmission(TargetPolicy.of(new TargetProperties(List.of(), List.of(80, 443))));

    static List<String> examples() throws IOException {
        return found(EXAMPLE);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleIsTaken(String example) {
        JsonNode json = JsonMapper.shared().readTree(example);

        assertTaken(json.isArray() ? withActions(json) : json);
    }

    @Test
    void everyActionInTheTableIsTaken() throws IOException {
        var actions = JsonMapper.shared().createArrayNode();
        found(ACTION).forEach(action -> actions.add(JsonMapper.shared().readTree(action)));

        assertThat(actions).hasSizeGreaterThan(6);
        assertTaken(withActions(actions));
    }

    @Test
    void theTableOfDevicesSaysWhatTheCodeSays() throws IOException {
        String page = page();
        for (Device device : Device.values()) {
            assertThat(page)
                    .contains(
                            "| `%s` | %d × %d | %.0f | %s |"
                                    .formatted(
                                            device.text(),
                                            device.width(),
                                            device.height(),
                                            device.scale(),
                                            device.mobile() ? "yes" : "no"));
        }
    }

    private void assertTaken(JsonNode scan) {
        assertThatCode(() -> admission.admit(scan)).doesNotThrowAnyException();
    }

    private static JsonNode withActions(JsonNode actions) {
        var scan = JsonMapper.shared().createObjectNode().put("url", "https://example.com/");
        scan.putObject("options").set("actions", actions);
        return scan;
    }

    private static List<String> found(Pattern pattern) throws IOException {
        return pattern.matcher(page())
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static String page() throws IOException {
        return Files.readString(MadePage.root().resolve("docs/scanning.md"));
    }
}
