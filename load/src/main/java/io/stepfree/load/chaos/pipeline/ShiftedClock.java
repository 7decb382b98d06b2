package io.stepfree.load.chaos.pipeline;

import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Shows single processes another time of day, while the machine's own clock is left alone: a small
 * library of our own, put before the system's by LD_PRELOAD. Linux with a C compiler only.
 */
public final class ShiftedClock {

    private static final String SOURCE = "/io/stepfree/load/chaos/shifted-clock.c";

    private final Path folder;
    private final Path library;

    private ShiftedClock(Path folder, Path library) {
        this.folder = folder;
        this.library = library;
    }

    /** Compiles it into a folder; empty where there is no compiler. */
    public static Optional<ShiftedClock> in(Path folder) throws InterruptedException {
        try (InputStream code =
                Objects.requireNonNull(ShiftedClock.class.getResourceAsStream(SOURCE))) {
            Files.createDirectories(folder);
            Path source = folder.resolve("shifted-clock.c");
            Path library = folder.resolve("shifted-clock.so");
            Files.copy(code, source);
            int status =
                    new ProcessBuilder(
                                    "cc",
                                    "-shared",
                                    "-fPIC",
                                    "-O1",
                                    "-o",
                                    library.toString(),
                                    source.toString(),
                                    "-ldl")
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("compiler.log").toFile())
                            .start()
                            .waitFor();
            return status == 0 ? Optional.of(new ShiftedClock(folder, library)) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** What a part's environment needs so that its clock can be shifted. */
    Map<String, String> environment(String part) {
        shift(part, 0);
        return Map.of(
                "LD_PRELOAD", library.toString(), "STEPFREE_CHAOS_CLOCK", file(part).toString());
    }

    /** Shows a part another time from now on; it also holds for its next processes. */
    public void shift(String part, long seconds) {
        var bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(seconds);
        try {
            // In place: the processes have the file mapped.
            if (Files.exists(file(part))) {
                try (var file = FileChannel.open(file(part), StandardOpenOption.WRITE)) {
                    file.write(bytes.flip(), 0);
                }
            } else {
                Files.write(file(part), bytes.array());
            }
        } catch (IOException e) {
            throw new MeasurementException(
                    "The clock of %s cannot be shifted (%s).".formatted(part, e), e);
        }
    }

    private Path file(String part) {
        return folder.resolve(part + ".clock");
    }
}
