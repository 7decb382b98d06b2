package io.stepfree.gateway.scans;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stepfree.platform.erasure.ClientMemory;
import io.stepfree.platform.erasure.ErasedClients;
import io.stepfree.platform.erasure.Erasure;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Duration;
import java.util.Optional;

/**
 * The scans this instance has accepted of late. Bridges the moment until a scan is projected, so
 * that a client may ask for it as soon as it has its id. Thread-safe; forgets the oldest when full.
 */
public final class RecentScans implements ClientMemory {

    private final Cache<String, ScanRequest> scans;

    private final ErasedClients erased = new ErasedClients();

    /**
     * @param keep how long a scan is remembered
     * @param atMost how many are remembered at most
     */
    public RecentScans(Duration keep, int atMost) {
        this.scans = Caffeine.newBuilder().expireAfterWrite(keep).maximumSize(atMost).build();
    }

    void remember(ScanRequest scan) {
        scans.put(scan.getScanId(), scan);
    }

    @Override
    public void forget(Erasure erasure) {
        erased.hear(erasure);
        scans.asMap().values().removeIf(this::isErased);
    }

    private boolean isErased(ScanRequest scan) {
        return erased.cover(scan.getClient(), scan.getSubmittedAt());
    }

    Optional<ScanRequest> find(String client, String scanId) {
        return Optional.ofNullable(scans.getIfPresent(scanId))
                .filter(scan -> scan.getClient().equals(client) && !isErased(scan));
    }
}
