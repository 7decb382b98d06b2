package io.stepfree.platform.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.registry.RegistryException;
import io.stepfree.schemas.topic.Topic;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.util.Optional;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SchemaRegistrationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Cable cable = Cable.to(TestRegistry.shared().url());
    private final RegistryClient client =
            new RegistryClient(
                    new RegistryEndpoint(
                            cable.address(), Optional.empty(), Duration.ofSeconds(5), 0));
    private final SchemaRegistration registration = new SchemaRegistration(client);

    @AfterEach
    void close() throws Exception {
        registration.stop();
        client.close();
        cable.close();
    }

    @Test
    void onceAServiceRunsItsFirstRecordOfAKindNeedsNoRegistry() {
        registration.start();
        awaitRegistered();
        cable.cut();

        for (Topic<?> topic : Topics.all()) {
            int id = client.register(topic.subject(), topic.schema());
            assertThat(client.schema(id)).isEqualTo(topic.schema());
        }
    }

    @Test
    void aRegistryThatComesLaterIsNotMissed() {
        cable.cut();
        registration.start();
        assertThatThrownBy(() -> client.register("never-" + System.nanoTime(), anySchema()))
                .isInstanceOf(RegistryException.Unavailable.class);

        cable.mend();
        awaitRegistered();
        cable.cut();
        assertThat(client.register(Topics.OPS_ALERTS.subject(), Topics.OPS_ALERTS.schema()))
                .isPositive();
    }

    private void awaitRegistered() {
        await().atMost(PATIENCE).until(registration::isDone);
    }

    private static Schema anySchema() {
        return Topics.SCAN_EVENTS.schema();
    }
}
