package io.stepfree.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.standalone.machine.Home;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepfreeCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path folder;

    @Test
    void anUnknownCommandOrOptionIsToldWithWhereToLookAndExitsWithTwo() {
        assertThat(run("frobnicate")).isEqualTo(2);
        assertThat(err.toString()).contains("frobnicate").contains("Usage: stepfree");
        err.getBuffer().setLength(0);
        assertThat(run("scan", "--frobnicate", "http://example.com/")).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(
                        "stepfree: Unknown option: '--frobnicate'", "See './stepfree help scan'.");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    scna                   | There is no command 'scna'; did you mean scan?
                    statsu                 | There is no command 'statsu'; did you mean status?
                    help docter            | There is no command 'docter'; did you mean doctor?
                    help s                 | There is no command 's'.
                    dead                   | There is no command 'dead'; did you mean dead-letters?
                    dead-letters replays-x | There is no command 'replays-x'; did you mean replays?
                    dead-letters replax    | There is no command 'replax'; did you mean replay or replays?
                    help dead-letters lits | There is no command 'lits'; did you mean list?
                    frobnicate             | There is no command 'frobnicate'.
                    """)
    void anUnknownCommandIsToldWithTheNearestOnes(String line, String sentence) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(err.toString().lines().findFirst().orElseThrow())
                .isEqualTo("stepfree: " + sentence);
        assertThat(err.toString()).contains("Commands:");
    }

    @Test
    void helpShowsHowACommandIsUsed() {
        assertThat(run("help")).isZero();
        assertThat(out.toString()).startsWith("Usage: stepfree ").contains("Exit codes:");
        out.getBuffer().setLength(0);
        assertThat(run("help", "dead-letters", "list")).isZero();
        assertThat(out.toString()).startsWith("Usage: stepfree dead-letters list ");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aMissingCommandAddressOrIdExitsWithTwo() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("scan")).isEqualTo(2);
        assertThat(run("dead-letters")).isEqualTo(2);
        assertThat(run("dead-letters", "show")).isEqualTo(2);
        assertThat(run("dead-letters", "quarantine", "some-scan")).isEqualTo(2);
        assertThat(run("dead-letters", "purge", "--reason=a test")).isEqualTo(2);
        assertThat(run("dead-letters", "purge", "--all", "--host=a", "--dry-run")).isEqualTo(2);
        assertThat(run("dead-letters", "purge", "--all")).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aWrongValueNamesTheOptionAndTheChoices() {
        assertThat(run("scan", "--standard", "wcag3", "http://example.com/")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--standard")
                .contains("'wcag3' is none of wcag2a, wcag2aa");
        assertThat(run("scan", "--timeout", "0", "http://example.com/")).isEqualTo(2);
        assertThat(err.toString()).contains("--timeout").contains("0 is not from 1 to 120 seconds");
    }

    @ParameterizedTest
    @CsvSource({
        "--port, 70000",
        "--port, -1",
        "--kafka-port, 65536",
        "--registry-port, eighty",
        "--postgres-port, 99999999999"
    })
    void aPortThatCannotBeIsWrongUsageWithTheCure(String option, String value) {
        assertThat(run("up", option + "=" + value)).isEqualTo(2);
        assertThat(err.toString().lines().findFirst().orElseThrow())
                .startsWith("stepfree: Invalid value for option '%s'".formatted(option))
                .endsWith(
                        "'%s' is no port; give a number from 1 to 65535, or 0 for any free one"
                                .formatted(value));
        assertThat(err.toString()).endsWith("See './stepfree help up'.\n");
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:8080",
                "127.0.0.1:8080",
                "ftp://example.com",
                "http://",
                "http:///x",
                "http://127.0.0.1:70000",
                "http://a b/",
                "/api",
                ""
            })
    void aServerThatIsNoAddressIsWrongUsageWithTheCure(String address) {
        for (var command :
                new String[][] {
                    {"status", "--server=" + address},
                    {"dead-letters", "list", "--server=" + address},
                    {"scan", "--server=" + address, "http://example.com/"}
                }) {
            err.getBuffer().setLength(0);
            assertThat(run(command)).isEqualTo(2);
            assertThat(err.toString().lines().findFirst().orElseThrow())
                    .startsWith("stepfree: Invalid value for option '--server'")
                    .endsWith(
                            "'%s' is not the address of an HTTP API; write it with http:// or https://, as in http://127.0.0.1:8080"
                                    .formatted(address));
            assertThat(err.toString()).contains("See './stepfree help " + command[0]);
        }
    }

    @Test
    void helpAndVersionGoToStandardOutputAndExitWithZero() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("demo", "scan", "up", "status", "dead-letters", "Exit codes:");
        assertThat(run("scan", "--help")).isZero();
        assertThat(out.toString())
                .contains("--allow-private", "--json", "--device", "STEPFREE_BASIC_AUTH");
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).contains("stepfree ");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void anAddressThatMayNotBeScannedIsRefusedInASentenceBeforeAnythingStarts() {
        assertThat(run("scan", "http://localhost:8000/", "ftp://example.com/")).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(
                        "stepfree: http://localhost:8000/ cannot be scanned: localhost is not a public name; --allow-private scans it all the same.",
                        "stepfree: ftp://example.com/ cannot be scanned: the address begins with ftp:, only http:// and https:// can be scanned.");
        assertThat(run("scan", "http://example.com/" + "a".repeat(2_048))).isEqualTo(2);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void wrongOptionsAreToldByTheirNamesBeforeAnythingStarts() throws IOException {
        var file = folder.resolve("login.json");
        Files.writeString(file, "[{\"fill\": \"#a\"}, {\"hover\": \"#b\"}]");
        assertThat(
                        run(
                                "scan",
                                "--header=Host: HUSH",
                                "--cookie=a=HUSH;",
                                "--basic-auth=ann:HUSH\n",
                                "--viewport=100x900",
                                "--language=de_CH",
                                "--actions=" + file,
                                "http://example.com/"))
                .isEqualTo(2);
        Files.delete(file);
        assertThat(err.toString()).doesNotContain("HUSH");
        assertThat(err.toString().lines())
                .containsExactlyInAnyOrder(
                        "stepfree: --header Host: is set by the browser itself; leave it out.",
                        "stepfree: --cookie 0/value: has a semicolon, which ends a cookie; encode it.",
                        "stepfree: --basic-auth password: has a control character (RFC 7617).",
                        "stepfree: --viewport width 100: must be a whole number from 200 to 4,096.",
                        "stepfree: --language de_CH: must be languages as in Accept-Language, such as de-CH or de-CH, de;q=0.8, at most 100 characters.",
                        "stepfree: --actions 0/text: is required.",
                        "stepfree: --actions 1: must have exactly one of click, fill, select, press, wait, scroll.");
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    dead-letters replay                                  | Name a scan, or choose dead letters with --all
                    dead-letters replay --dry-run                        | Name a scan, or choose dead letters with --all
                    dead-letters replay 0199 --all                       | A scan's id cannot stand beside options
                    dead-letters replay 0199 --rate 5                    | A scan's id cannot stand beside options
                    dead-letters replay --all --host a.example           | --all cannot stand beside a filter
                    dead-letters replay --host a --offsets 1:2-3         | cannot stand beside --all or a filter
                    dead-letters replay --offsets 1:2-3 --written-from x | --offsets cannot stand beside --written-from
                    dead-letters replay --offsets 1-3                    | '1-3' is no stretch of a partition; write PARTITION:FIRST-LAST
                    dead-letters replay --all --canary 150%              | '150%' is no share; write it as 10% or 0.1
                    dead-letters replay --all --canary many              | 'many' is no share; write it as 10% or 0.1
                    dead-letters replay --all --canary-success 80%       | --canary-success needs --canary
                    dead-letters replays --stop                          | Name the replay to stop.
                    dead-letters replays 0199 --stop --resume            | --stop and --resume cannot stand beside one another
                    """)
    void aReplayThatMakesNoSenseIsWrongUsageInASentence(String line, String sentence) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(err.toString().lines().findFirst().orElseThrow()).contains(sentence);
        assertThat(err.toString()).contains("See './stepfree help dead-letters repl");
    }

    @Test
    void commandsForARunningMachineSayWhenThereIsNone() {
        for (var command : new String[][] {{"status"}, {"dead-letters", "list"}}) {
            assertThat(run(command)).isEqualTo(3);
        }
        assertThat(err.toString())
                .contains("stepfree: No stepfree is up in " + folder.resolve("home"))
                .contains("./stepfree up");
        assertThat(err.toString().lines()).hasSize(2);
    }

    @Test
    void aServerThatDoesNotAnswerIsOneSentence() {
        assertThat(run("status", "--server", "http://127.0.0.1:1")).isEqualTo(3);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("stepfree: Stepfree does not answer at http://127.0.0.1:1");
    }

    @Test
    void aPortInUseIsOneSentence() throws IOException {
        try (var taken = new ServerSocket(0)) {
            var port = Integer.toString(taken.getLocalPort());
            assertThat(run("up", "--port", port)).isEqualTo(3);
            assertThat(err.toString().lines())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "stepfree: Port %s, wanted for the HTTP API, is in use".formatted(port))
                    .contains("--port");
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsOneSentence() throws IOException {
        // A file in its place: permissions do not stop root.
        Files.writeString(folder.resolve("home"), "not a folder");
        assertThat(run("up", "--port", "0")).isEqualTo(3);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("cannot be written")
                .contains(Home.VARIABLE);
        assertThat(run("scan", "--out", folder.resolve("home/x").toString(), "http://example.com/"))
                .isEqualTo(3);
        assertThat(err.toString()).contains("name another folder with --out");
    }

    private int run(String... arguments) {
        var surroundings =
                new Surroundings(
                        Map.of(Home.VARIABLE, folder.resolve("home").toString()), false, folder);
        return StepfreeCommand.in(surroundings)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
