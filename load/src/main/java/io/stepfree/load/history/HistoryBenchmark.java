package io.stepfree.load.history;

import io.stepfree.load.measure.Benchmark;
import io.stepfree.load.measure.Outcome;
import io.stepfree.load.scanner.WorkFolder;
import io.stepfree.standalone.machine.Logs;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Scans every page of every corpus twice, through the whole pipeline, and asks the gateway what has
 * changed: on a page that stays as it is nothing may be new and nothing fixed.
 */
public final class HistoryBenchmark implements Benchmark {

    private static final String CASES = "--cases";

    private final @Nullable Path cases;

    public HistoryBenchmark() {
        this(null);
    }

    private HistoryBenchmark(@Nullable Path cases) {
        this.cases = cases;
    }

    @Override
    public String name() {
        return "history";
    }

    @Override
    public String measures() {
        return "every page scanned twice: what is new and what is fixed at the second scan, which is nothing";
    }

    @Override
    public String needs() {
        return "Linux, Chromium, 3 GB of memory, Node.js with npm and network once; as one likes --cases FOLDER with the ACT test cases (see docs/accuracy.md)";
    }

    @Override
    public String takes() {
        return "3 minutes, with the 500 test cases 12; with --short (no npm, every sixth case) 2";
    }

    @Override
    public Set<String> options() {
        return Set.of(CASES);
    }

    @Override
    public Benchmark with(Map<String, String> options) {
        String value = options.get(CASES);
        return value == null ? this : new HistoryBenchmark(Path.of(value));
    }

    @Override
    public Outcome run(Path root, boolean brief, PrintStream output) throws InterruptedException {
        Logs.off();
        try (var corpora = Corpora.serve(root, brief, cases);
                var folder = WorkFolder.create()) {
            List<Page> pages = corpora.pages();
            try (var run = HistoryRun.start(root, folder.path().resolve("run"), pages, output)) {
                var verdict = new Verdict(run.scanTwice(pages));
                output.println();
                output.println(verdict.text());
                run.stop();
                return verdict.outcome(name());
            }
        }
    }
}
