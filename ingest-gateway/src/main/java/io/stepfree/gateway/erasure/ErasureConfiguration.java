package io.stepfree.gateway.erasure;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.gateway.GatewayProperties;
import io.stepfree.gateway.access.AccessProperties;
import io.stepfree.gateway.access.KeyStore;
import io.stepfree.gateway.access.Keys;
import io.stepfree.gateway.orders.OrderDesk;
import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.platform.erasure.ClientMemory;
import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.erasure.ErasableTable;
import io.stepfree.platform.erasure.Erasure;
import io.stepfree.platform.erasure.ErasureOrders;
import io.stepfree.platform.kafka.TopicListeners;
import io.stepfree.schemas.topic.Topics;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/**
 * Wires how a client's data are erased. What else the gateway comes to keep of clients is erased
 * with it as soon as there is an {@link ErasableStore} or a {@link ClientMemory} for it.
 */
@Configuration(proxyBeanMethods = false)
public class ErasureConfiguration {

    @Bean
    ErasureController erasureController(
            OrderDesk desk,
            Jdbi jdbi,
            GatewaySchema schema,
            Keys keys,
            AccessProperties access,
            GatewayProperties properties) {
        return new ErasureController(
                new ErasureDesk(desk, properties.recentKeep(), properties.recentLimit()),
                new ErasureIndex(properties.bounded(jdbi), schema),
                keys,
                access);
    }

    @Bean
    ErasableStore erasableKeys(AccessProperties access) {
        return KeyStore.erasable(access.hasOther());
    }

    @Bean
    ErasableStore erasableIdempotencyKeys() {
        String those =
                " FROM gateway.idempotency_keys WHERE client = :client AND claimed_at <= :moment";
        return new ErasableTable("idempotencyKeys", "DELETE" + those, "SELECT count(*)" + those);
    }

    /* Those of hours that had begun; the id is plan/client. */
    @Bean
    ErasableStore erasableLimits() {
        String those =
                """
                 FROM gateway.rate_limits
                WHERE right(id, length(:client) + 1) = '/' || :client
                  AND full_at <= extract(epoch FROM CAST(:moment AS timestamptz) + interval '1 hour') * 1000
                """;
        return new ErasableTable("limits", "DELETE" + those, "SELECT count(*)" + those);
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> erasures(
            TopicListeners listeners,
            Jdbi jdbi,
            GatewaySchema schema,
            GatewayProperties properties,
            ObjectProvider<ErasableStore> stores,
            MeterRegistry meters) {
        return listeners.listenerThatTakesItsTime(
                Topics.OPS_COMMANDS,
                "ingest-gateway-erasures",
                new ErasureOrders(
                        properties.bounded(jdbi),
                        "gateway",
                        schema::assure,
                        stores.orderedStream().toList(),
                        meters));
    }

    /* Every gateway has its own, and none from before its start. */
    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> erasuresFromMemory(
            TopicListeners listeners, ObjectProvider<ClientMemory> memories) {
        List<ClientMemory> all = memories.orderedStream().toList();
        return listeners.newsFollower(
                Topics.OPS_COMMANDS,
                "erasures-from-memory",
                (command, _) -> {
                    Erasure erasure = ErasureOrders.asked(command);
                    if (erasure != null) {
                        all.forEach(memory -> memory.forget(erasure));
                    }
                });
    }
}
