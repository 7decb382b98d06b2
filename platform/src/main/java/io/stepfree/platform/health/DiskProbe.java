package io.stepfree.platform.health;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks how much room there is where this service writes. */
public final class DiskProbe implements HealthProbe {

    private static final long LITTLE = 1L << 30;
    private static final long TOO_LITTLE = 100L << 20;

    private final String name;
    private final Path folder;

    /**
     * @param name what it is looked at for, as disk
     * @param folder where it writes; need not exist yet
     */
    public DiskProbe(String name, Path folder) {
        this.name = name;
        this.folder = folder.toAbsolutePath();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Finding look() throws IOException {
        Path there = folder;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        FileStore store = Files.getFileStore(there);
        return of(store.getUsableSpace(), store.getTotalSpace());
    }

    static Finding of(long usable, long total) {
        String text =
                "%s of %s are free.".formatted(Finding.megabytes(usable), Finding.megabytes(total));
        // A small disk that is all ours is nearly full when a tenth of it is left.
        if (usable < Math.min(TOO_LITTLE, total / 10)) {
            return Finding.down(text);
        }
        return usable < Math.min(LITTLE, total / 10) ? Finding.degraded(text) : Finding.up(text);
    }
}
