package io.stepfree.scheduler.site;

import io.stepfree.schemas.scan.SiteAddress;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that are known of sites, each once, and the order in which those that wait were
 * found. For one thread.
 */
final class Frontier {

    private static final char SEPARATOR = '\u0001';
    private static final char AFTER = '\u0002';

    private final KeyValueStore<String, SiteAddress> addresses;
    private final KeyValueStore<String, String> queue;

    Frontier(KeyValueStore<String, SiteAddress> addresses, KeyValueStore<String, String> queue) {
        this.addresses = addresses;
        this.queue = queue;
    }

    /**
     * What is known of an address; null for one that was not met.
     *
     * @param address in its one form
     */
    @Nullable SiteAddress find(String siteId, String address) {
        return addresses.get(siteId + SEPARATOR + PageIds.key(address));
    }

    void put(String siteId, SiteAddress address) {
        addresses.put(siteId + SEPARATOR + PageIds.key(address.getUrl()), address);
    }

    /** Puts an address, which must be known, at a place in the order. */
    void queue(String siteId, long place, SiteAddress address) {
        queue.put(place(siteId, place), PageIds.key(address.getUrl()));
    }

    /** Takes what stands at a place in the order; null where nothing does. */
    @Nullable SiteAddress take(String siteId, long place) {
        String key = queue.delete(place(siteId, place));
        return key == null ? null : addresses.get(siteId + SEPARATOR + key);
    }

    /**
     * Forgets some of what is known of a site.
     *
     * @return whether nothing is left
     */
    boolean forgetSome(String siteId, int atMost) {
        return forget(addresses, siteId, atMost) && forget(queue, siteId, atMost);
    }

    private static <T> boolean forget(KeyValueStore<String, T> store, String siteId, int atMost) {
        List<String> keys = new ArrayList<>();
        try (var all = store.range(siteId + SEPARATOR, siteId + AFTER)) {
            while (all.hasNext() && keys.size() < atMost) {
                keys.add(all.next().key);
            }
        }
        keys.forEach(store::delete);
        return keys.size() < atMost;
    }

    private static String place(String siteId, long place) {
        return siteId + SEPARATOR + "%019d".formatted(place);
    }
}
