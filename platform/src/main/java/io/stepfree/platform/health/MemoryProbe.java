package io.stepfree.platform.health;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import org.jspecify.annotations.Nullable;

/**
 * Looks how much of the heap was still in use when the collector was last done with it; what could
 * be collected is no worry.
 */
public final class MemoryProbe implements HealthProbe {

    private static final double MUCH = 0.9;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Finding look() {
        long kept = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            @Nullable MemoryUsage collected = pool.getCollectionUsage();
            if (pool.getType() == MemoryType.HEAP && collected != null) {
                kept += collected.getUsed();
            }
        }
        return of(kept, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getMax());
    }

    static Finding of(long kept, long most) {
        String text =
                "%s of at most %s are in use."
                        .formatted(Finding.megabytes(kept), Finding.megabytes(most));
        return kept > MUCH * most ? Finding.degraded(text) : Finding.up(text);
    }
}
