package io.stepfree.load;

import io.stepfree.load.accuracy.AccuracyBenchmark;
import io.stepfree.load.cache.CacheBenchmark;
import io.stepfree.load.chaos.ChaosBenchmark;
import io.stepfree.load.gateway.GatewayBenchmark;
import io.stepfree.load.history.HistoryBenchmark;
import io.stepfree.load.incident.IncidentBenchmark;
import io.stepfree.load.leak.LeakBenchmark;
import io.stepfree.load.measure.Benchmark;
import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.measure.Outcome;
import io.stepfree.load.pages.PagesBenchmark;
import io.stepfree.load.queries.QueriesBenchmark;
import io.stepfree.load.replay.ReplayBenchmark;
import io.stepfree.load.reports.ReportsBenchmark;
import io.stepfree.load.scheduler.SchedulerBenchmark;
import io.stepfree.load.startup.StartupBenchmark;
import io.stepfree.load.streams.StreamsBenchmark;
import io.stepfree.load.worker.WorkerBenchmark;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The command line of the benchmarks, {@code load/run}. */
public final class Load {

    /** Every bound is kept, or there was nothing to measure. */
    static final int OK = 0;

    /** A bound is not kept. */
    static final int BOUND_BROKEN = 1;

    /** The command line is wrong. */
    static final int USAGE = 2;

    /** It could not be measured. */
    static final int NOT_MEASURED = 3;

    static final List<Benchmark> BENCHMARKS =
            List.of(
                    new StartupBenchmark(),
                    new WorkerBenchmark(),
                    new LeakBenchmark(),
                    new AccuracyBenchmark(),
                    new HistoryBenchmark(),
                    new SchedulerBenchmark(),
                    new ReplayBenchmark(),
                    new ChaosBenchmark(),
                    new IncidentBenchmark(),
                    new GatewayBenchmark(),
                    new PagesBenchmark(),
                    new StreamsBenchmark(),
                    new CacheBenchmark(),
                    new ReportsBenchmark(),
                    new QueriesBenchmark());

    private final Path root;
    private final List<Benchmark> benchmarks;
    private final PrintStream output;
    private final PrintStream errors;

    Load(Path root, List<Benchmark> benchmarks, PrintStream output, PrintStream errors) {
        this.root = root;
        this.benchmarks = benchmarks;
        this.output = output;
        this.errors = errors;
    }

    public static void main(String[] arguments) throws InterruptedException {
        var root = Path.of(Objects.requireNonNull(System.getProperty("stepfree.root")));
        System.exit(new Load(root, BENCHMARKS, System.out, System.err).run(List.of(arguments)));
    }

    /** Does what the arguments say; returns the exit status. */
    int run(List<String> arguments) throws InterruptedException {
        var names = new ArrayList<>(arguments);
        boolean brief = names.remove("--short");
        if ((names.isEmpty() && !brief) || names.equals(List.of("--help"))) {
            list(output);
            return OK;
        }
        String name = names.isEmpty() ? "" : names.removeFirst();
        if (name.isEmpty() || name.startsWith("--")) {
            return usage("name one benchmark");
        }
        Optional<Benchmark> chosen =
                benchmarks.stream().filter(benchmark -> benchmark.name().equals(name)).findFirst();
        if (chosen.isEmpty()) {
            return usage("there is no " + name);
        }
        var options = new LinkedHashMap<String, String>();
        for (int i = 0; i < names.size(); i += 2) {
            String option = names.get(i);
            if (!chosen.get().options().contains(option)) {
                return usage("%s does not take %s".formatted(name, option));
            }
            if (i + 1 == names.size()) {
                return usage("%s needs a value".formatted(option));
            }
            options.put(option, names.get(i + 1));
        }
        try {
            Outcome outcome = chosen.get().with(options).run(root, brief, output);
            output.println();
            outcome.broken().forEach(sentence -> output.println("NOT KEPT: " + sentence));
            output.println(outcome.json());
            return outcome.ok() ? OK : BOUND_BROKEN;
        } catch (MeasurementException e) {
            errors.println("load/run: " + e.getMessage());
            return NOT_MEASURED;
        }
    }

    private int usage(String problem) {
        errors.println("load/run: " + problem + ".");
        errors.println();
        list(errors);
        return USAGE;
    }

    private void list(PrintStream to) {
        to.println("usage: load/run NAME [--short] [OPTION VALUE]");
        for (Benchmark benchmark : benchmarks) {
            to.println();
            to.println("  %-10s %s".formatted(benchmark.name(), benchmark.measures()));
            to.println("  %-10s needs: %s".formatted("", benchmark.needs()));
            to.println("  %-10s takes: %s".formatted("", benchmark.takes()));
        }
        to.println();
        to.println("--short is a run for CI. The last line of a run is one JSON object.");
        to.println("Exit status: 0 when every bound is kept, 1 when not, 2 usage, 3 not measured.");
    }
}
