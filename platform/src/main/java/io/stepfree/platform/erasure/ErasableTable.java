package io.stepfree.platform.erasure;

import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Rows of one table that a client is the owner of. Both statements may use {@code :client} and
 * {@code :moment}.
 *
 * @param name what they are called when they are counted, as keys
 * @param delete deletes them, or a bounded number of them
 * @param count counts those that are there
 */
public record ErasableTable(String name, String delete, String count) implements ErasableStore {

    @Override
    public Map<String, Long> eraseSome(Handle handle, Erasure erasure) {
        long gone =
                handle.createUpdate(delete)
                        .bind("client", erasure.client())
                        .bind("moment", erasure.moment())
                        .execute();
        return gone == 0 ? Map.of() : Map.of(name, gone);
    }

    @Override
    public Map<String, Long> remaining(Handle handle, Erasure erasure) {
        return Map.of(
                name,
                handle.createQuery(count)
                        .bind("client", erasure.client())
                        .bind("moment", erasure.moment())
                        .mapTo(Long.class)
                        .one());
    }
}
