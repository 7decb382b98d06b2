package io.stepfree.platform.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topics as a broker has them. */
final class TopicCreatorTest {

    @Test
    void aRecordIsGoneADayAfterItsTimeAtTheLatest(@TempDir Path state) throws Exception {
        try (var kafka = TestKafka.start();
                var platform = RunningPlatform.start(kafka, TestRegistry.shared().url(), state);
                var admin = Admin.create(platform.settings().common())) {
            Config config = config(admin, Topics.SCAN_REQUESTS.name());

            Duration retention = time(config, TopicConfig.RETENTION_MS_CONFIG);
            Duration segment = time(config, TopicConfig.SEGMENT_MS_CONFIG);
            assertThat(retention).isEqualTo(Duration.ofDays(7));
            assertThat(retention.plus(segment)).isEqualTo(Topics.SCAN_REQUESTS.longestLife());
        }
    }

    private static Config config(Admin admin, String topic) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Map<ConfigResource, Config> found = admin.describeConfigs(List.of(resource)).all().get();
        return found.values().iterator().next();
    }

    private static Duration time(Config config, String name) {
        return Duration.ofMillis(Long.parseLong(config.get(name).value()));
    }
}
