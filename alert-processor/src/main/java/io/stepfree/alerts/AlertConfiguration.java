package io.stepfree.alerts;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.alerts.channel.AlertDelivery;
import io.stepfree.alerts.lag.LagWatch;
import io.stepfree.alerts.watch.AlertTopology;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.kafka.ClientSettings;
import io.stepfree.platform.kafka.TopicListeners;
import io.stepfree.platform.streams.StreamsRunner;
import io.stepfree.platform.streams.StreamsSettings;
import io.stepfree.schemas.serde.AvroSerdes;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Ties the error rate to its topics, and the alerts to whoever is to be told. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AlertProperties.class)
class AlertConfiguration {

    private static final long HISTORY_CACHE_BYTES = 8L << 20;

    private static final Logger log = LoggerFactory.getLogger(AlertConfiguration.class);

    @Bean
    StreamsRunner watches(AvroSerdes serdes, AlertProperties properties, StreamsSettings settings) {
        var builder = new StreamsBuilder();
        new AlertTopology(serdes, properties.policies(), properties.regressions().confirmed())
                .addTo(builder);
        return new StreamsRunner(
                "alert-processor",
                builder.build(),
                settings,
                Map.of(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, HISTORY_CACHE_BYTES));
    }

    @Bean
    LagWatch lagWatch(ClientSettings settings, MeterRegistry meters) {
        return new LagWatch(Admin.create(settings.common()), meters);
    }

    @Bean
    AlertDelivery alertDelivery(
            AlertProperties properties,
            TopicListeners listeners,
            JsonMapper json,
            Breakers breakers,
            MeterRegistry meters) {
        var delivery =
                new AlertDelivery(AlertChannels.of(properties, json), listeners, breakers, meters);
        if (delivery.receivers().isEmpty()) {
            log.info(
                    "Nobody is told of alerts: none of stepfree.alerts.slack.webhook, stepfree.alerts.pager-duty.routing-key, stepfree.alerts.webhook.address and stepfree.alerts.email.host is set");
        } else {
            log.info("Told of alerts: {}", String.join(", ", delivery.receivers()));
        }
        return delivery;
    }
}
