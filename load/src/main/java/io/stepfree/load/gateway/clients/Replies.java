package io.stepfree.load.gateway.clients;

import io.stepfree.load.measure.MeasurementException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a {@link Clients} was answered, by Gatling in a process of its own. */
public record Replies(List<Reply> all) {

    private static final long LIMIT_MINUTES = 10;

    /** By name, because this process has no Gatling. */
    private static final String SIMULATION = Replies.class.getPackageName() + ".ClientsSimulation";

    public Replies {
        all = List.copyOf(all);
    }

    /**
     * Lets the clients ask, and returns when it has done.
     *
     * @param root the folder of the checkout, where the build has put Gatling
     * @param log where Gatling's own words go
     */
    public static Replies to(Clients clients, Path root, Path log) throws InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Gatling keeps its own texts in the classes of java.lang.
        command.addAll(
                List.of(
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "--enable-native-access=ALL-UNNAMED"));
        command.addAll(clients.options());
        command.addAll(
                List.of(
                        "-cp",
                        classpath(root),
                        "io.gatling.app.Gatling",
                        "--simulation",
                        SIMULATION,
                        "--results-folder",
                        clients.answers().resolveSibling("gatling").toString(),
                        "--no-reports"));
        try {
            Files.deleteIfExists(clients.answers());
            Process gatling =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start();
            try {
                if (!gatling.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES) || gatling.exitValue() != 0) {
                    throw new MeasurementException("Gatling did not end well; see " + log);
                }
            } finally {
                gatling.destroyForcibly();
            }
            return new Replies(
                    Files.readAllLines(clients.answers()).stream().map(Reply::of).toList());
        } catch (IOException e) {
            throw new MeasurementException("Gatling cannot be run (%s).".formatted(e), e);
        }
    }

    /** The classes of the benchmarks, and what the build wrote down of Gatling's. */
    private static String classpath(Path root) {
        Path built = root.resolve("load/target");
        try {
            return built.resolve("stepfree-load.jar")
                    + File.pathSeparator
                    + Files.readString(built.resolve("gatling.classpath")).strip();
        } catch (IOException e) {
            throw new MeasurementException(
                    "The build has not written down where Gatling is (%s); run 'mvn -DskipTests -pl load -am package'."
                            .formatted(e),
                    e);
        }
    }

    /** Without so many of the first, in which the clients themselves were warming up. */
    public Replies without(int first) {
        return new Replies(all.subList(Math.min(first, all.size()), all.size()));
    }

    /** How many were not what was to come. */
    public long wrong() {
        return all.stream().filter(reply -> !reply.right()).count();
    }

    /** How long the right ones took, in milliseconds. */
    public List<Double> millis() {
        return all.stream().filter(Reply::right).map(reply -> (double) reply.millis()).toList();
    }

    /** Right answers in a second, from the first one to the last. */
    public double perSecond() {
        long first = all.stream().mapToLong(Reply::at).min().orElse(0);
        long last = all.stream().mapToLong(Reply::at).max().orElse(0);
        return last > first ? (all.size() - wrong()) * 1_000.0 / (last - first) : Double.NaN;
    }
}
