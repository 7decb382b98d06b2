package io.stepfree.load.measure;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * One measurement that can be repeated by anybody: it starts what it needs on ports and folders of
 * its own, and leaves nothing behind.
 */
public interface Benchmark {

    /** The word that names it on the command line. */
    String name();

    /** What it measures, one line. */
    String measures();

    /** What must be on the machine, beside a JDK 25 and Maven. */
    String needs();

    /** How long a whole run takes, and a short one. */
    String takes();

    /**
     * What it can be told beside --short: the names of options that each take a value, as --cases.
     */
    default Set<String> options() {
        return Set.of();
    }

    /**
     * The benchmark as it is told to be.
     *
     * @param options values by the names of {@link #options()}
     */
    default Benchmark with(Map<String, String> options) {
        return this;
    }

    /**
     * Measures.
     *
     * @param root the folder of the checkout
     * @param brief whether a run of a minute or two is wanted
     * @param output is told what goes on, and at the end gets a table
     * @throws MeasurementException when it could not be measured
     */
    Outcome run(Path root, boolean brief, PrintStream output) throws InterruptedException;
}
