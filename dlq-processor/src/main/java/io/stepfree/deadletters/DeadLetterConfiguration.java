package io.stepfree.deadletters;

import io.stepfree.deadletters.index.DeadLetterIndex;
import io.stepfree.deadletters.index.UnreadableIndex;
import io.stepfree.deadletters.replay.Replayer;
import io.stepfree.platform.database.DatabaseConfiguration;
import io.stepfree.platform.database.SchemaMigration;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.kafka.TopicListeners;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import org.jdbi.v3.core.Jdbi;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import tools.jackson.databind.json.JsonMapper;

/** Ties each topic to what is done with its records. */
@Configuration(proxyBeanMethods = false)
@Import(DatabaseConfiguration.class)
class DeadLetterConfiguration {

    @Bean
    SchemaMigration deadLetterSchema() {
        return new SchemaMigration("dead_letters");
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> deadLetterIndex(
            TopicListeners listeners, Jdbi jdbi, JsonMapper json) {
        return listeners.listener(
                Topics.SCAN_DEAD_LETTERS, "dlq-processor-index", new DeadLetterIndex(jdbi, json));
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> unreadableIndex(
            TopicListeners listeners, Jdbi jdbi) {
        return listeners.listenRaw(
                Topics.Unreadable.NAME, "dlq-processor-unreadable", new UnreadableIndex(jdbi));
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> replayer(
            TopicListeners listeners, Jdbi jdbi, AvroSerdes serdes, RecordPublisher publisher) {
        return listeners.listener(
                Topics.OPS_COMMANDS,
                "dlq-processor-commands",
                new Replayer(jdbi, serdes, publisher));
    }
}
