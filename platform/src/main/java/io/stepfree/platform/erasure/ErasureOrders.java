package io.stepfree.platform.erasure;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.kafka.RecordHandler;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out orders to erase a client's data in one service.
 *
 * <p>First the erasure is made known, so that what comes late is kept out. Then everything goes, a
 * bounded number in each transaction, which counts them with it. In the end what is left is
 * counted, and only when that is nothing, the erasure is done. A crash at any point brings the
 * order again, and it goes on where it was; the same order met again later changes nothing.
 *
 * <p>Its listener should be one by itself, as an erasure may take minutes. Thread-safe; several
 * instances wait for each other.
 */
public final class ErasureOrders implements RecordHandler<OperatorCommand> {

    /** The record key of orders that every service takes which has something to do for them. */
    public static final String ADDRESSEE = "every-service";

    private static final Logger log = LoggerFactory.getLogger(ErasureOrders.class);

    private final Jdbi jdbi;
    private final ErasureRows rows;
    private final Runnable tables;
    private final List<ErasableStore> stores;
    private final MeterRegistry meters;

    /**
     * @param schema the service's own, with a table {@code erasure}
     * @param stores all that the service keeps of clients; erased in this order
     */
    public ErasureOrders(
            Jdbi jdbi, String schema, List<ErasableStore> stores, MeterRegistry meters) {
        this(jdbi, schema, () -> {}, stores, meters);
    }

    /**
     * @param tables returns when the tables are there, for a service that starts without them
     */
    public ErasureOrders(
            Jdbi jdbi,
            String schema,
            Runnable tables,
            List<ErasableStore> stores,
            MeterRegistry meters) {
        this.jdbi = jdbi;
        this.rows = new ErasureRows(schema);
        this.tables = tables;
        this.stores = List.copyOf(stores);
        this.meters = meters;
    }

    /** The erasure that an order asks for; null when it asks for something else. */
    public static @Nullable Erasure asked(OperatorCommand command) {
        String client = command.getClient();
        return command.getKind() == OperatorCommandKind.ERASE_CLIENT && client != null
                ? new Erasure(command.getCommandId(), client, command.getOrderedAt())
                : null;
    }

    /**
     * Returns when everything is erased that the order covers and nothing is left.
     *
     * @throws NotErasedYetException when something is left all the same
     */
    @Override
    public void handle(OperatorCommand command, ConsumerRecord<byte[], byte[]> record)
            throws Exception {
        Erasure asked = asked(command);
        if (asked == null) {
            return;
        }
        tables.run();
        jdbi.useTransaction(handle -> {
            stores.forEach(store -> store.awaitWriters(handle));
            rows.insert(
                    handle,
                    new ErasureRows.Order(
                            asked,
                            command.getRequestId(),
                            command.getOrderedBy(),
                            command.getReason()));
        });
        while (eraseSome(asked.id())) {
            // There may be more.
        }
        recount(asked.id());
    }

    private boolean eraseSome(String id) throws Exception {
        var gone =
                jdbi.<Map<String, Long>, Exception>inTransaction(handle -> {
                    var open = rows.lockOpen(handle, id);
                    Map<String, Long> some =
                            open.isEmpty() ? Map.of() : eraseSome(handle, open.get());
                    if (!some.isEmpty()) {
                        rows.add(handle, id, some);
                    }
                    return some;
                });
        gone.forEach((kind, number) ->
                OwnMeter.ERASURE_ERASED.counter(meters, "kind", kind).increment(number));
        return !gone.isEmpty();
    }

    private Map<String, Long> eraseSome(Handle handle, Erasure erasure) throws Exception {
        for (ErasableStore store : stores) {
            var some = store.eraseSome(handle, erasure);
            if (!some.isEmpty()) {
                return some;
            }
        }
        return Map.of();
    }

    private void recount(String id) throws Exception {
        var left =
                jdbi.<Map<String, Long>, Exception>inTransaction(handle -> {
                    var open = rows.lockOpen(handle, id);
                    if (open.isEmpty()) {
                        return Map.of();
                    }
                    var remaining = new TreeMap<String, Long>();
                    for (ErasableStore store : stores) {
                        remaining.putAll(store.remaining(handle, open.get()));
                    }
                    var there = new HashMap<>(remaining);
                    there.values().removeIf(number -> number == 0);
                    rows.recounted(handle, id, remaining, there.isEmpty());
                    return there;
                });
        if (!left.isEmpty()) {
            log.warn("the erasure {} is not done, as there are still {}", id, left);
            throw new NotErasedYetException(
                    "the erasure %s is not done: there are still %s".formatted(id, left));
        }
        log.info("the erasure {} is done", id);
    }
}
