package io.stepfree.standalone.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two machines from using the same data. The lock belongs to the process, so it is gone when
 * the process is, however that ended.
 */
final class HomeLock implements AutoCloseable {

    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock at once or throws {@link MachineException}. */
    static HomeLock take(Home home) {
        FileChannel channel = null;
        try {
            channel =
                    FileChannel.open(
                            home.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock(channel) != null) {
                return new HomeLock(channel);
            }
            channel.close();
        } catch (IOException e) {
            throw new MachineException(
                    "The data folder %s cannot be locked (%s); name another in %s."
                            .formatted(home.folder(), e, Home.VARIABLE),
                    e);
        }
        throw new MachineException(
                "Another stepfree uses the data in %s%s; stop it first, or name another folder in %s."
                        .formatted(
                                home.folder(),
                                RunFile.read(home)
                                        .map(run -> " (process " + run.process() + ")")
                                        .orElse(""),
                                Home.VARIABLE));
    }

    /** Absent when somebody has it: another process, or another machine in this one. */
    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
