package io.stepfree.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ScanOptionsTest {

    private static final String URL = "https://example.com/";

    @TempDir private Path folder;

    @Command
    private static final class Line {
        @Mixin private final ScanOptions options;

        Line(Map<String, String> environment) {
            options = new ScanOptions(environment);
        }
    }

    @Test
    void whatIsNotGivenIsLeftToTheGateway() {
        assertThat(document(Map.of())).hasToString("{\"url\":\"https://example.com/\"}");
    }

    @Test
    void everyOptionBecomesItsField() throws IOException {
        var file = folder.resolve("login.json");
        Files.writeString(file, "[{\"click\": \"#accept\"}]");

        assertThat(
                        document(
                                Map.of(),
                                "--standard=wcag22aaa",
                                "--priority=low",
                                "--timeout=30",
                                "--device=phone",
                                "--user-agent=Audit/1.0",
                                "--header=X-Preview: yes: really",
                                "--header=X-Two:2",
                                "--cookie=consent=all=1",
                                "--basic-auth=ann:p:w",
                                "--language=de-CH, de;q=0.8",
                                "--dark",
                                "--wait-for=dom-stable",
                                "--actions=" + file,
                                "--screenshots=elements"))
                .isEqualTo(
                        JsonMapper.shared()
                                .readTree(
                                        """
                                        {"url": "https://example.com/", "standard": "wcag22aaa", "priority": "low",
                                         "options": {"timeoutMillis": 30000, "device": "phone",
                                                     "userAgent": "Audit/1.0",
                                                     "headers": {"X-Preview": "yes: really", "X-Two": "2"},
                                                     "cookies": [{"name": "consent", "value": "all=1"}],
                                                     "basicAuth": {"username": "ann", "password": "p:w"},
                                                     "language": "de-CH, de;q=0.8", "colorScheme": "dark",
                                                     "waitFor": "dom-stable", "actions": [{"click": "#accept"}],
                                                     "screenshots": "elements"}}
                                        """));
    }

    @Test
    void aSizeAndAnElementToWaitForAreTaken() {
        var options = document(Map.of(), "--viewport", "1440x900@1.5", "--wait-for", "#app");

        assertThat(options.at("/options/viewport"))
                .hasToString("{\"width\":1440,\"height\":900,\"scale\":1.5}");
        assertThat(options.at("/options/waitFor/selector").asString()).isEqualTo("#app");
        assertThat(document(Map.of(), "--viewport", "320x568").at("/options/viewport"))
                .hasToString("{\"width\":320,\"height\":568}");
    }

    @Test
    void credentialsComeFromTheEnvironmentUnlessTheyAreGiven() {
        var environment = Map.of(ScanOptions.BASIC_AUTH_VARIABLE, "ann:quiet");

        assertThat(document(environment).at("/options/basicAuth/password").asString())
                .isEqualTo("quiet");
        assertThat(
                        document(environment, "--basic-auth", "bob:")
                                .at("/options/basicAuth/username")
                                .asString())
                .isEqualTo("bob");
        assertThat(document(Map.of(ScanOptions.BASIC_AUTH_VARIABLE, "")).has("options")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "--device, fridge, is none of desktop",
        "--viewport, 800, is not a size such as",
        "--viewport, 800x600@, is not a size such as",
        "--header, HUSH, write it as 'Name: value'",
        "--header, :HUSH, write it as 'Name: value'",
        "--cookie, HUSH, write it as name=value",
        "--cookie, =HUSH, write it as name=value",
        "--basic-auth, HUSH, write it as user:password",
        "--screenshots, all, 'is none of none, page, elements'",
        "--actions, /nowhere/login.json, /nowhere/login.json cannot be read"
    })
    void aWrongValueNamesItsOptionAndShowsNoSecret(String option, String value, String says) {
        assertThatThrownBy(() -> document(Map.of(), option, value))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(option)
                .hasMessageContaining(says)
                .hasMessageNotContaining("HUSH");
    }

    @Test
    void aFileOfActionsThatIsNotJsonIsNamedAndNotQuoted() throws IOException {
        var file = folder.resolve("login.json");
        Files.writeString(file, "[{\"fill\": \"#password\",\n \"text\": HUSH}]");

        assertThatThrownBy(() -> document(Map.of(), "--actions", file.toString()))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("login.json is not JSON (line 2, column ")
                .hasMessageNotContaining("HUSH");
    }

    @Test
    void theSameHeaderTwiceIsWrong() {
        assertThatThrownBy(() -> document(Map.of(), "--header", "X: 1", "--header", "X: 2"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("'X' is given twice");
    }

    private static JsonNode document(Map<String, String> environment, String... arguments) {
        var line = new Line(environment);
        new CommandLine(line).parseArgs(arguments);
        return line.options.scan(URL).document();
    }
}
