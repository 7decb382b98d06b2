package io.stepfree.load.chaos.nemesis;

import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A folder with a file system of its own, so small that it can be filled (tmpfs). */
public final class SmallDisk implements AutoCloseable {

    private static final String FILLER = "filler";
    private static final int BLOCK = 1 << 16;

    private final Path folder;
    private final Thread hook;

    private SmallDisk(Path folder) {
        this.folder = folder;
        this.hook = new Thread(this::unmount);
    }

    /** Mounts one; empty where that is not allowed: it needs root. */
    public static Optional<SmallDisk> mount(Path folder, int megabytes)
            throws InterruptedException {
        try {
            Files.createDirectories(folder);
            if (run(
                            "mount",
                            "-t",
                            "tmpfs",
                            "-o",
                            "size=%dm".formatted(megabytes),
                            "stepfree-chaos",
                            folder.toString())
                    != 0) {
                return Optional.empty();
            }
            var disk = new SmallDisk(folder);
            Runtime.getRuntime().addShutdownHook(disk.hook);
            return Optional.of(disk);
        } catch (IOException e) {
            throw new MeasurementException("%s cannot be mounted (%s).".formatted(folder, e), e);
        }
    }

    /** Leaves no byte free. */
    void fill() {
        try (var channel =
                FileChannel.open(
                        folder.resolve(FILLER),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND)) {
            while (true) {
                channel.write(ByteBuffer.allocate(BLOCK));
            }
        } catch (IOException _) {
            // Full, as it was to become.
        }
    }

    void empty() {
        try {
            Files.deleteIfExists(folder.resolve(FILLER));
        } catch (IOException e) {
            throw new MeasurementException("%s cannot be emptied (%s).".formatted(folder, e), e);
        }
    }

    @Override
    public void close() {
        unmount();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private void unmount() {
        try {
            // Lazy: what still holds a file there is just being killed.
            run("umount", "-l", folder.toString());
        } catch (IOException e) {
            throw new MeasurementException("%s cannot be unmounted (%s).".formatted(folder, e), e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
