package io.stepfree.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.standalone.command.StepfreeCommand;
import io.stepfree.standalone.command.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;

/** The pipelines to copy are YAML, call what there is, and take the files that are written. */
final class PipelineExamplesTest {

    private static final Path ROOT = MadePage.root();

    @ParameterizedTest
    @ValueSource(strings = {"github-actions.yml", "gitlab-ci.yml"})
    void theCommandOfAPipelineIsOneThatThereIs(String name) throws IOException {
        Object pipeline = new Yaml().load(Files.readString(ROOT.resolve("examples/ci/" + name)));

        List<String> commands = texts(pipeline).filter(text -> text.contains(" scan ")).toList();

        assertThat(commands).hasSize(1);
        CommandLine.ParseResult scan = parsed(commands.getFirst());
        assertThat(scan.matchedOptionValue("--out", Path.of(""))).isEqualTo(Path.of("reports"));
        List<String> formats = scan.matchedOption("--format").stringValues();
        Stream<String> taken =
                texts(pipeline)
                        .filter(text -> text.startsWith("reports/report."))
                        .map(text -> text.substring("reports/report.".length()));
        assertThat(taken).isNotEmpty().allMatch(formats::contains);
    }

    @Test
    void theCommandOfThePageIsOneThatThereIs() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/ci.md"));
        String command = page.substring(page.indexOf("./stepfree scan https"));
        parsed(command.substring(0, command.indexOf("```")).replace("\\\n", " "));
    }

    private static CommandLine.ParseResult parsed(String command) {
        String arguments = command.substring(command.indexOf("stepfree scan") + 9).strip();
        return StepfreeCommand.in(new Surroundings(Map.of(), false, ROOT))
                .parseArgs(
                        Arrays.stream(arguments.split("\\s+"))
                                .map(word -> word.replace("\"", ""))
                                .map(word -> word.replace("$SITE", "https://example.com"))
                                .toArray(String[]::new))
                .subcommand();
    }

    private static Stream<String> texts(Object node) {
        return switch (node) {
            case Map<?, ?> map ->
                    map.values().stream()
                            .filter(Objects::nonNull)
                            .flatMap(PipelineExamplesTest::texts);
            case List<?> list -> list.stream().flatMap(PipelineExamplesTest::texts);
            default -> Stream.of(node.toString());
        };
    }
}
