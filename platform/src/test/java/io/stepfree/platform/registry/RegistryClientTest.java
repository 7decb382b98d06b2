package io.stepfree.platform.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.registry.RegistryException;
import io.stepfree.schemas.registry.SchemaReference;
import io.stepfree.schemas.topic.Topic;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.SchemaParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The registry client against a real registry; what it does when that is not well is tested in
 * schemas.
 */
final class RegistryClientTest {

    private final String subject = "test-" + UUID.randomUUID();

    static Stream<Topic<?>> topics() {
        return Topics.all().stream();
    }

    @ParameterizedTest
    @MethodSource("topics")
    void theSchemaOfEveryTopicCanBeRegisteredAndComesBackUnchanged(Topic<?> topic) {
        try (var writer = client();
                var reader = client()) {
            int id = writer.register(topic.subject(), topic.schema());

            assertThat(id).isPositive();
            assertThat(reader.schema(id)).isEqualTo(topic.schema());
            assertThat(reader.register(topic.subject(), topic.schema())).isEqualTo(id);
        }
    }

    @Test
    void aSchemaThatAnEarlierVersionCannotReadIsRefused() {
        Schema before = SchemaBuilder.record("test.Thing").fields().requiredInt("a").endRecord();
        Schema after = SchemaBuilder.record("test.Thing").fields().requiredInt("b").endRecord();
        try (var client = client()) {
            client.register(subject, before);

            assertThatThrownBy(() -> client.register(subject, after))
                    .isInstanceOf(RegistryException.Refused.class)
                    .hasMessageContaining("cannot register schema of " + subject)
                    .hasMessageContaining("409");
        }
    }

    @Test
    void aCompatibleSchemaBecomesTheNextVersionUnderItsOwnId() {
        Schema before = SchemaBuilder.record("test.Thing").fields().requiredInt("a").endRecord();
        Schema after =
                SchemaBuilder.record("test.Thing")
                        .fields()
                        .requiredInt("a")
                        .name("b")
                        .type()
                        .intType()
                        .intDefault(0)
                        .endRecord();
        try (var client = client()) {
            int first = client.register(subject, before);
            int second = client.register(subject, after);

            assertThat(second).isNotEqualTo(first);
            assertThat(client.schema(first)).isEqualTo(before);
            assertThat(client.schema(second)).isEqualTo(after);
        }
    }

    @Test
    void anIdThatTheRegistryDoesNotHaveIsUnknown() {
        try (var client = client()) {
            assertThatThrownBy(() -> client.schema(2_000_000_000))
                    .isInstanceOf(RegistryException.UnknownSchema.class)
                    .hasMessageContaining("cannot read schema 2000000000")
                    .hasMessageContaining("404");
        }
    }

    @Test
    void aSchemaThatRefersToAnotherSubjectsIsReadWithWhatItRefersTo() {
        var parser = new SchemaParser();
        Schema inner =
                parser.parse(
                                """
                                {"type":"record","name":"Inner","namespace":"test",
                                 "fields":[{"name":"a","type":"int"}]}
                                """)
                        .mainSchema();
        Schema middle =
                parser.parse(
                                """
                                {"type":"record","name":"Middle","namespace":"test",
                                 "fields":[{"name":"inner","type":"test.Inner"}]}
                                """)
                        .mainSchema();
        Schema outer =
                parser.parse(
                                """
                                {"type":"record","name":"Outer","namespace":"test",
                                 "fields":[{"name":"middle","type":"test.Middle"},
                                           {"name":"inner","type":"test.Inner"}]}
                                """)
                        .mainSchema();
        try (var writer = client();
                var reader = client()) {
            writer.register(subject + "-inner", inner);
            var toInner = new SchemaReference("test.Inner", subject + "-inner", 1);
            writer.register(subject + "-middle", middle, List.of(toInner));
            var toMiddle = new SchemaReference("test.Middle", subject + "-middle", 1);
            int id = writer.register(subject, outer, List.of(toMiddle, toInner));

            assertThat(reader.schema(id)).isEqualTo(outer);
        }
    }

    @Test
    void aSubjectMayHoldAnyCharacter() {
        Schema schema = SchemaBuilder.record("test.Thing").fields().requiredInt("a").endRecord();
        try (var client = client()) {
            int id = client.register(subject + " ä/?#%", schema);

            assertThat(client.schema(id)).isEqualTo(schema);
        }
    }

    @Test
    void whatWasOnceFoundIsKnownWhenTheRegistryGoesDown() {
        Schema schema = SchemaBuilder.record("test.Thing").fields().requiredInt("a").endRecord();
        try (var ours = TestRegistry.start();
                var client =
                        new RegistryClient(
                                new RegistryEndpoint(
                                        ours.url(), Optional.empty(), Duration.ofSeconds(2), 0))) {
            int id = client.register(subject, schema);

            ours.close();

            assertThat(client.register(subject, schema)).isEqualTo(id);
            assertThat(client.schema(id)).isEqualTo(schema);
            assertThatThrownBy(() -> client.schema(id + 1))
                    .isInstanceOf(RegistryException.Unavailable.class);
        }
    }

    private static RegistryClient client() {
        return new RegistryClient(RegistryEndpoint.of(TestRegistry.shared().url()));
    }
}
