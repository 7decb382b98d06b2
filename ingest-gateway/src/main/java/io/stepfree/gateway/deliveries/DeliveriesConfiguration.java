package io.stepfree.gateway.deliveries;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.gateway.GatewayProperties;
import io.stepfree.gateway.callbacks.CallbackBook;
import io.stepfree.gateway.callbacks.WebhookSecrets;
import io.stepfree.gateway.callbacks.WebhookSecretsController;
import io.stepfree.gateway.scans.ScanProjection;
import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.kafka.TopicListeners;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.schemas.topic.Topics;
import java.time.InstantSource;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import tools.jackson.databind.json.JsonMapper;

/** Wires callbacks, from the wish to be told to the delivery. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CallbackProperties.class)
public class DeliveriesConfiguration {

    @Bean
    WebhookSecrets webhookSecrets(
            Jdbi jdbi, GatewaySchema schema, SecretSealer sealer, GatewayProperties gateway) {
        return new WebhookSecrets(gateway.bounded(jdbi), schema, sealer);
    }

    @Bean
    WebhookSecretsController webhookSecretsController(WebhookSecrets secrets) {
        return new WebhookSecretsController(secrets);
    }

    @Bean
    CallbackBook callbackBook(
            Jdbi jdbi, GatewaySchema schema, WebhookSecrets secrets, GatewayProperties gateway) {
        return new CallbackBook(gateway.bounded(jdbi), schema, secrets);
    }

    @Bean
    DeliveryQueue deliveryQueue(
            Jdbi jdbi,
            GatewaySchema schema,
            CallbackProperties properties,
            GatewayProperties gateway) {
        return new DeliveryQueue(gateway.bounded(jdbi), schema, properties.keep());
    }

    @Bean
    CallbackPost.NameResolver callbackNames() {
        return CallbackPost.NameResolver.SYSTEM;
    }

    @Bean
    CallbackPost callbackPost(
            TargetPolicy targets, CallbackPost.NameResolver names, CallbackProperties properties) {
        return new CallbackPost(targets, names, properties.timeout());
    }

    @Bean(initMethod = "start")
    Courier callbackCourier(
            DeliveryQueue queue,
            WebhookSecrets secrets,
            CallbackPost post,
            CallbackProperties properties,
            MeterRegistry meters) {
        return new Courier(queue, secrets, post, properties, meters, InstantSource.system());
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> endListener(
            TopicListeners listeners,
            CallbackBook book,
            ScanProjection projection,
            DeliveryQueue queue,
            Courier courier,
            JsonMapper json) {
        return listeners.batchListener(
                Topics.SCAN_EVENTS,
                "ingest-gateway-callbacks",
                new EndWatch(book, projection, queue, courier::wake, json, InstantSource.system()));
    }

    @Bean
    @Order(2)
    ErasableStore erasableDeliveries() {
        return new ErasableDeliveries();
    }

    /* After the deliveries that are made for them. */
    @Bean
    @Order(3)
    ErasableStore erasableCallbacks() {
        return CallbackBook.erasable();
    }

    @Bean
    ErasableStore erasableWebhookSecrets() {
        return WebhookSecrets.erasable();
    }

    @Bean
    DeliveriesController deliveriesController(DeliveryQueue queue, Courier courier) {
        return new DeliveriesController(queue, courier::wake);
    }
}
