package io.stepfree.gateway.deliveries;

import io.stepfree.gateway.schema.HourlySweep;
import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.erasure.ErasableTable;
import io.stepfree.platform.erasure.Erasure;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * What was to be told to a client, or was told. Ends of erased scans come also after the order,
 * such as that they were cancelled, so a delivery goes with the callback that it is made for: erase
 * these afterwards. {@link DeliveryQueue#add} keeps out what comes later.
 */
final class ErasableDeliveries implements ErasableStore {

    private static final String AWAIT_WRITERS =
            "LOCK TABLE gateway.callback_deliveries IN SHARE ROW EXCLUSIVE MODE";

    /* As the pipeline calls it, a batch has its client before it. */
    private static final String THOSE =
            """
             FROM gateway.callback_deliveries d
            WHERE d.client = :client
              AND (d.made_at <= :moment
                   OR EXISTS (SELECT FROM gateway.callbacks c
                               WHERE c.client = :client AND c.made_at <= :moment AND c.url = d.url
                                 AND c.id IN (d.subject_id, :client || '/' || d.subject_id)))\
            """;

    private final ErasableTable table =
            new ErasableTable(
                    "deliveries",
                    "DELETE FROM gateway.callback_deliveries WHERE id IN (SELECT d.id%s LIMIT %d)"
                            .formatted(THOSE, HourlySweep.AT_ONCE),
                    "SELECT count(*)" + THOSE);

    @Override
    public void awaitWriters(Handle handle) {
        handle.execute(AWAIT_WRITERS);
    }

    @Override
    public Map<String, Long> eraseSome(Handle handle, Erasure erasure) {
        return table.eraseSome(handle, erasure);
    }

    @Override
    public Map<String, Long> remaining(Handle handle, Erasure erasure) {
        return table.remaining(handle, erasure);
    }
}
