package io.stepfree.deadletters;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.deadletters.erasure.ClientDeadLetters;
import io.stepfree.deadletters.index.DeadLetterIndex;
import io.stepfree.deadletters.index.LoopGuard;
import io.stepfree.deadletters.index.UnreadableIndex;
import io.stepfree.deadletters.keeping.KeepingMeters;
import io.stepfree.deadletters.keeping.KeepingProperties;
import io.stepfree.deadletters.keeping.OperatorActions;
import io.stepfree.deadletters.keeping.Retention;
import io.stepfree.deadletters.pattern.PatternBackfill;
import io.stepfree.deadletters.replay.ReplayDriver;
import io.stepfree.deadletters.replay.ReplayEnds;
import io.stepfree.deadletters.replay.ReplayLimits;
import io.stepfree.deadletters.replay.Replayer;
import io.stepfree.platform.database.DatabaseConfiguration;
import io.stepfree.platform.database.SchemaMigration;
import io.stepfree.platform.erasure.ErasureOrders;
import io.stepfree.platform.kafka.ClientSettings;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.kafka.TopicListeners;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import tools.jackson.databind.json.JsonMapper;

/** Ties each topic to what is done with its records. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({DeadLetterProperties.class, KeepingProperties.class})
@Import(DatabaseConfiguration.class)
class DeadLetterConfiguration {

    @Bean
    SchemaMigration deadLetterSchema() {
        return new SchemaMigration("dead_letters");
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> deadLetterIndex(
            TopicListeners listeners, DeadLetterIndex index) {
        return listeners.listener(Topics.SCAN_DEAD_LETTERS, "dlq-processor-index", index);
    }

    @Bean
    DeadLetterIndex index(Jdbi jdbi, JsonMapper json, LoopGuard guard) {
        return new DeadLetterIndex(jdbi, json, guard);
    }

    @Bean
    LoopGuard loopGuard(DeadLetterProperties properties) {
        return new LoopGuard(properties.replayLimit());
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> unreadableIndex(
            TopicListeners listeners, Jdbi jdbi) {
        return listeners.listenRaw(
                Topics.Unreadable.NAME, "dlq-processor-unreadable", new UnreadableIndex(jdbi));
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> operatorOrders(
            TopicListeners listeners,
            Replayer replayer,
            Jdbi jdbi,
            JsonMapper json,
            KeepingMeters meters) {
        return listeners.listener(
                Topics.OPS_COMMANDS,
                "dlq-processor-commands",
                new OperatorOrders(replayer, new OperatorActions(jdbi, json, meters)));
    }

    /* By itself, as an erasure may take minutes and other orders do not wait for it. */
    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> erasures(
            TopicListeners listeners, Jdbi jdbi, MeterRegistry registry) {
        return listeners.listenerThatTakesItsTime(
                Topics.OPS_COMMANDS,
                "dlq-processor-erasures",
                new ErasureOrders(
                        jdbi, "dead_letters", List.of(new ClientDeadLetters()), registry));
    }

    @Bean
    KeepingMeters keepingMeters(MeterRegistry registry) {
        return new KeepingMeters(registry);
    }

    @Bean(initMethod = "start")
    Retention retention(Jdbi jdbi, KeepingProperties properties, KeepingMeters meters) {
        return new Retention(jdbi, properties, meters, Clock.systemUTC());
    }

    @Bean(initMethod = "run")
    PatternBackfill patternBackfill(Jdbi jdbi) {
        return new PatternBackfill(jdbi);
    }

    @Bean
    Replayer replayer(
            Jdbi jdbi,
            JsonMapper json,
            AvroSerdes serdes,
            RecordPublisher publisher,
            ClientSettings kafka,
            DeadLetterIndex index,
            LoopGuard guard,
            DeadLetterProperties properties) {
        return Replayer.of(
                jdbi,
                json,
                serdes,
                publisher,
                index,
                kafka,
                new ReplayLimits(guard, properties.canaryPatience(), properties.endPatience()));
    }

    @Bean(initMethod = "start")
    ReplayDriver replayDriver(Replayer replayer) {
        return replayer.driver();
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> replayEnds(
            TopicListeners listeners, Jdbi jdbi) {
        return listeners.listener(Topics.SCAN_EVENTS, "dlq-processor-ends", new ReplayEnds(jdbi));
    }
}
