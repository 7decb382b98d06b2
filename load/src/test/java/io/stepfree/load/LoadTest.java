package io.stepfree.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.load.measure.Benchmark;
import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.measure.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LoadTest {

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    /** Measures nothing and finds what it is told; a short run finds half of it. */
    private record Planted(String name, double figure) implements Benchmark {
        @Override
        public String measures() {
            return "nothing";
        }

        @Override
        public String needs() {
            return "nothing either";
        }

        @Override
        public String takes() {
            return "no time";
        }

        @Override
        public Set<String> options() {
            return name.equals("told") ? Set.of("--seconds") : Set.of();
        }

        @Override
        public Benchmark with(Map<String, String> options) {
            return options.containsKey("--seconds")
                    ? new Planted(name, Double.parseDouble(options.get("--seconds")))
                    : this;
        }

        @Override
        public Outcome run(Path root, boolean brief, PrintStream output) {
            if (figure < 0) {
                throw new MeasurementException("There is no ruler.");
            }
            output.println("a table");
            return new Outcome(
                    name,
                    Map.of("seconds", brief ? figure / 2 : figure),
                    List.of(new Outcome.Bound("seconds", 15)));
        }
    }

    @Test
    void aloneItListsTheBenchmarksWithWhatTheyNeedAndHowLongTheyTake() throws Exception {
        assertThat(run()).isZero();
        assertThat(printed(output)).contains("good", "needs: nothing either", "takes: no time");
    }

    @Test
    void aKeptBoundIsSuccessAndTheLastLineIsJson() throws Exception {
        assertThat(run("good")).isZero();
        assertThat(printed(output).lines())
                .contains("a table")
                .last()
                .isEqualTo(
                        "{\"name\":\"good\",\"figures\":{\"seconds\":15.0},\"bounds\":{\"seconds\":{\"atMost\":15.0}},\"ok\":true}");
    }

    @Test
    void aBrokenBoundIsAFailureThatIsNamed() throws Exception {
        assertThat(run("bad")).isEqualTo(1);
        assertThat(printed(output))
                .contains("NOT KEPT: seconds is 15.1, at most 15.0")
                .endsWith("\"ok\":false}\n");
    }

    @Test
    void aShortRunIsShort() throws Exception {
        assertThat(run("bad", "--short")).isZero();
        assertThat(run("--short", "bad")).isZero();
    }

    @Test
    void whatCannotBeMeasuredIsASentenceAndNoResult() throws Exception {
        assertThat(run("broken")).isEqualTo(3);
        assertThat(printed(errors)).isEqualTo("load/run: There is no ruler.\n");
        assertThat(printed(output)).doesNotContain("{");
    }

    @Test
    void theListNamesEachBenchmark() throws Exception {
        var all =
                new Load(
                        Path.of("."),
                        Load.BENCHMARKS,
                        new PrintStream(output, true, UTF_8),
                        new PrintStream(errors, true, UTF_8));

        assertThat(all.run(List.of())).isZero();
        assertThat(printed(output))
                .contains(
                        "  startup ",
                        "  worker ",
                        "  leak ",
                        "  accuracy ",
                        "  history ",
                        "--cases FOLDER",
                        "  chaos ",
                        "  streams ",
                        "  reports ");
    }

    @Test
    void anOptionThatABenchmarkDoesNotTakeIsAnsweredWithTheList() throws Exception {
        assertThat(run("good", "--cases", "folder")).isEqualTo(2);
        assertThat(printed(errors)).contains("good does not take --cases");
    }

    @Test
    void anOptionHasItsValue() throws Exception {
        assertThat(run("told", "--seconds", "3")).isZero();
        assertThat(run("told", "--short", "--seconds", "40")).isEqualTo(1);
        assertThat(run("told", "--seconds")).isEqualTo(2);
        assertThat(printed(errors)).contains("--seconds needs a value");
    }

    @Test
    void aWrongCommandLineIsAnsweredWithTheList() throws Exception {
        assertThat(run("unknown")).isEqualTo(2);
        assertThat(printed(errors)).contains("there is no unknown", "usage: load/run NAME");
        assertThat(run("good", "bad")).isEqualTo(2);
        assertThat(run("--fast")).isEqualTo(2);
        assertThat(run("--short")).isEqualTo(2);
    }

    private int run(String... arguments) throws InterruptedException {
        return new Load(
                        Path.of("."),
                        List.of(
                                new Planted("good", 15),
                                new Planted("bad", 15.1),
                                new Planted("told", 0),
                                new Planted("broken", -1)),
                        new PrintStream(output, true, UTF_8),
                        new PrintStream(errors, true, UTF_8))
                .run(List.of(arguments));
    }

    private static String printed(ByteArrayOutputStream stream) {
        return stream.toString(UTF_8);
    }
}
