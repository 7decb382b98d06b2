package io.stepfree.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shell scripts that stand before the command line, where what they look for is missing. */
class ScriptsTest {

    private static final Path ROOT =
            Path.of(Objects.requireNonNull(System.getProperty("stepfree.root")));

    /** What the scripts themselves need of a machine. */
    private static final List<String> TOOLS =
            List.of("sh", "env", "dirname", "readlink", "grep", "head", "find", "id");

    @TempDir private Path folder;

    private record Ended(int exitCode, String out, String err) {}

    @ParameterizedTest
    @ValueSource(strings = {"stepfree", "bin/find-java"})
    void withoutAJdk25ItSaysHowToGetOneInASentence(String script) throws Exception {
        // The usual places cannot be emptied on a machine that runs this test, so they are moved.
        Path copy = folder.resolve("copy");
        Files.createDirectories(copy.resolve("bin"));
        copy("stepfree", copy, "", "");
        copy("bin/find-java", copy, " /(usr|opt|Library)/", " " + folder + "/none/");

        var ended = run(copy.resolve(script), Map.of("JAVA_HOME", "", "HOME", folder.toString()));

        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err().lines())
                .singleElement()
                .asString()
                .startsWith("find-java: no JDK 25 was found in JAVA_HOME")
                .contains("install one (for example from https://adoptium.net) or set JAVA_HOME");
    }

    @Test
    void aJdk25ThatIsToldByJavaHomeIsFound() throws Exception {
        var ended =
                run(
                        ROOT.resolve("bin/find-java"),
                        Map.of("JAVA_HOME", System.getProperty("java.home")));

        assertThat(ended)
                .isEqualTo(new Ended(0, System.getProperty("java.home") + "/bin/java\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"STEPFREE_BROWSER_BINARY", "STEPFREE_BROWSER_DRIVER"})
    void aBrowserThatIsNotWhereASettingSaysIsOneSentence(String variable) throws Exception {
        Path nowhere = folder.resolve("nowhere");

        var ended = run(ROOT.resolve("bin/install-browser"), Map.of(variable, nowhere.toString()));

        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(ended.err().lines())
                .containsExactly(
                        "install-browser: %s is %s, which is not a program that can be run: correct it, or leave it empty to look in the usual places."
                                .formatted(variable, nowhere));
    }

    private static void copy(String script, Path to, String pattern, String replacement)
            throws IOException {
        String text = Files.readString(ROOT.resolve(script));
        Path file = to.resolve(script);
        Files.writeString(file, pattern.isEmpty() ? text : text.replaceAll(pattern, replacement));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /** Runs it on a PATH that has the tools and no Java. */
    private Ended run(Path script, Map<String, String> environment) throws Exception {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : TOOLS) {
            if (!Files.exists(tools.resolve(tool))) {
                Files.createSymbolicLink(tools.resolve(tool), onPath(tool));
            }
        }
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        var builder =
                new ProcessBuilder(script.toString())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(Duration.ofSeconds(60))) {
            process.destroyForcibly();
            throw new AssertionError(script + " does not end");
        }
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private static Path onPath(String tool) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .map(place -> Path.of(place, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }
}
