package io.stepfree.gateway.erasure;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.orders.OrderDesk;
import io.stepfree.platform.erasure.ErasureOrders;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import java.time.Duration;
import java.util.Optional;

/**
 * Orders that a client's data be erased, in one record that every service takes, and remembers for
 * a while what was ordered, so that it can be shown before the first service has taken it.
 * Thread-safe.
 */
public final class ErasureDesk {

    private final OrderDesk desk;
    private final Cache<String, OperatorCommand> recent;

    /**
     * @param keep how long an order is remembered
     * @param atMost how many are remembered at most
     */
    public ErasureDesk(OrderDesk desk, Duration keep, int atMost) {
        this.desk = desk;
        this.recent = Caffeine.newBuilder().expireAfterWrite(keep).maximumSize(atMost).build();
    }

    /** Orders it; returns the order once the broker has it safely. */
    OperatorCommand order(Caller by, String client, String reason) {
        OperatorCommand order =
                desk.give(
                        ErasureOrders.ADDRESSEE,
                        by,
                        OperatorCommand.newBuilder()
                                .setKind(OperatorCommandKind.ERASE_CLIENT)
                                .setClient(client),
                        reason);
        recent.put(order.getCommandId(), order);
        return order;
    }

    /** An erasure of that client's data that was ordered here not long ago. */
    Optional<OperatorCommand> find(String client, String id) {
        return Optional.ofNullable(recent.getIfPresent(id))
                .filter(order -> client.equals(order.getClient()));
    }
}
