package io.stepfree.alerts;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.alerts.errorrate.ErrorRateTopology;
import io.stepfree.alerts.ledger.LedgerTopology;
import io.stepfree.alerts.slack.SlackNotifier;
import io.stepfree.platform.kafka.TopicListeners;
import io.stepfree.platform.streams.StreamsRunner;
import io.stepfree.platform.streams.StreamsSettings;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import org.apache.kafka.streams.StreamsBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.util.StringUtils;
import tools.jackson.databind.json.JsonMapper;

/** Ties the error rate to its topics, and the alerts to Slack where an address is set. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AlertProperties.class)
class AlertConfiguration {

    private static final Logger log = LoggerFactory.getLogger(AlertConfiguration.class);

    AlertConfiguration(AlertProperties properties) {
        if (properties.slack().address().isEmpty()) {
            log.info("Slack is not told of alerts: stepfree.alerts.slack.webhook is not set");
        }
    }

    @Bean
    StreamsRunner watches(AvroSerdes serdes, AlertProperties properties, StreamsSettings settings) {
        var builder = new StreamsBuilder();
        new ErrorRateTopology(serdes, properties.errorRate().policy()).addTo(builder);
        LedgerTopology.addTo(builder, serdes);
        return new StreamsRunner("alert-processor", builder.build(), settings);
    }

    @Bean
    @Conditional(SlackIsTold.class)
    SlackNotifier slackNotifier(AlertProperties properties, JsonMapper json, MeterRegistry meters) {
        return new SlackNotifier(
                properties.slack().address().orElseThrow(), json, meters, Clock.systemUTC());
    }

    @Bean
    @Conditional(SlackIsTold.class)
    ConcurrentMessageListenerContainer<byte[], byte[]> slackListener(
            TopicListeners listeners, SlackNotifier notifier) {
        return listeners.listener(Topics.OPS_ALERTS, "alert-processor-slack", notifier);
    }

    /** Whether an address is set; an empty one, as from an unset variable, counts as none. */
    static final class SlackIsTold implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return StringUtils.hasText(
                    context.getEnvironment().getProperty("stepfree.alerts.slack.webhook"));
        }
    }
}
