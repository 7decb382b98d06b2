package io.stepfree.load.chaos.driver;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.platform.process.DeathWatch;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The driver's process, from outside; killed on close. */
public final class DriverProcess implements AutoCloseable {

    private final Process process;
    private final DeathWatch deathWatch;

    /** What it is to do. */
    public record Orders(
            URI gateway,
            Path log,
            long seed,
            int scans,
            Duration time,
            int replays,
            int withoutKey,
            List<String> targets) {}

    private DriverProcess(Process process, DeathWatch deathWatch) {
        this.process = process;
        this.deathWatch = deathWatch;
    }

    public static DriverProcess start(Orders orders) {
        try {
            Process process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "--enable-native-access=ALL-UNNAMED",
                                    "-Xmx128m",
                                    "-XX:+UseSerialGC",
                                    "-XX:TieredStopAtLevel=1",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    Driver.class.getName(),
                                    orders.gateway().toString(),
                                    orders.log().toString(),
                                    Long.toString(orders.seed()),
                                    Integer.toString(orders.scans()),
                                    Long.toString(orders.time().toMillis()),
                                    Integer.toString(orders.replays()),
                                    Integer.toString(orders.withoutKey()),
                                    String.join(",", orders.targets()))
                            .redirectErrorStream(true)
                            .redirectOutput(
                                    orders.log().resolveSibling("driver-output.log").toFile())
                            .start();
            return new DriverProcess(process, DeathWatch.over(process.toHandle()));
        } catch (IOException e) {
            throw new MeasurementException("The driver cannot be started (%s).".formatted(e), e);
        }
    }

    /** Waits until it has asked all; false when it still runs after {@code limit}. */
    public boolean await(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit)) {
            return false;
        }
        if (process.exitValue() != 0) {
            throw new MeasurementException(
                    "The driver ended with status %d; see driver-output.log beside its log."
                            .formatted(process.exitValue()));
        }
        return true;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        deathWatch.close();
    }
}
