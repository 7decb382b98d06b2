package io.stepfree.gateway.scans;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stepfree.platform.erasure.ClientMemory;
import io.stepfree.platform.erasure.Erasure;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The scans this instance has accepted of late. Bridges the moment until a scan is projected, so
 * that a client may ask for it as soon as it has its id. Thread-safe; forgets the oldest when full.
 */
public final class RecentScans implements ClientMemory {

    private final Cache<String, ScanRequest> scans;

    /** Until when each client's scans are erased, for one that is remembered just after. */
    private final Cache<String, Instant> erased;

    /**
     * @param keep how long a scan is remembered
     * @param atMost how many are remembered at most
     */
    public RecentScans(Duration keep, int atMost) {
        this.scans = Caffeine.newBuilder().expireAfterWrite(keep).maximumSize(atMost).build();
        this.erased = Caffeine.newBuilder().expireAfterWrite(keep).build();
    }

    void remember(ScanRequest scan) {
        scans.put(scan.getScanId(), scan);
    }

    @Override
    public void forget(Erasure erasure) {
        erased.put(erasure.client(), erasure.moment());
        scans.asMap().values().removeIf(this::isErased);
    }

    private boolean isErased(ScanRequest scan) {
        Instant until = erased.getIfPresent(scan.getClient());
        return until != null && !scan.getSubmittedAt().isAfter(until);
    }

    Optional<ScanRequest> find(String client, String scanId) {
        return Optional.ofNullable(scans.getIfPresent(scanId))
                .filter(scan -> scan.getClient().equals(client) && !isErased(scan));
    }
}
