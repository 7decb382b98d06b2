package io.stepfree.platform.kafka;

import static io.stepfree.platform.kafka.RunningPlatform.event;
import static io.stepfree.platform.kafka.RunningPlatform.headers;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.ServiceSignal;
import io.stepfree.schemas.registry.RegistryException;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.serde.UndecodableRecordException;
import io.stepfree.schemas.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A record that cannot be decoded is kept, counted and shown, never dropped in silence, and never
 * stops a partition; and only such a record is.
 */
final class UndecodableRecordsTest {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);

    /** What may come instead of a ScanEvent. */
    enum Bad {
        NO_BYTES_AT_ALL,
        TEXT,
        A_SCHEMA_THAT_THE_REGISTRY_DOES_NOT_HAVE,
        A_NEGATIVE_SCHEMA_ID,
        TRUNCATED,
        BYTES_LEFT_OVER,
        AS_LARGE_AS_A_TOPIC_TAKES,
        A_RECORD_OF_ANOTHER_TYPE,
        A_STRING_THAT_CLAIMS_TWO_GIGABYTES;

        byte[] bytes() {
            byte[] good = platform.encoded(event("x", EventKind.ACCEPTED));
            return switch (this) {
                case NO_BYTES_AT_ALL -> new byte[0];
                case TEXT -> "{\"scanId\": \"not Avro\"}".getBytes(UTF_8);
                case A_SCHEMA_THAT_THE_REGISTRY_DOES_NOT_HAVE ->
                        ByteBuffer.wrap(good.clone()).putInt(1, 2_000_000_000).array();
                case A_NEGATIVE_SCHEMA_ID -> ByteBuffer.wrap(good.clone()).putInt(1, -1).array();
                case TRUNCATED -> Arrays.copyOf(good, good.length - 4);
                case AS_LARGE_AS_A_TOPIC_TAKES -> {
                    byte[] large = new byte[1_047_500];
                    new Random(1).nextBytes(large);
                    yield large;
                }
                case BYTES_LEFT_OVER -> Arrays.copyOf(good, good.length + 1);
                case A_RECORD_OF_ANOTHER_TYPE ->
                        platform.serdes()
                                .<ServiceSignal>serializer()
                                .serialize(Topics.OPS_SIGNALS.name(), signal());
                case A_STRING_THAT_CLAIMS_TWO_GIGABYTES ->
                        afterHeaderOf(good, encoder -> encoder.writeLong(Integer.MAX_VALUE - 16L));
            };
        }
    }

    private static TestKafka kafka;
    private static RunningPlatform platform;
    @TempDir private static Path state;

    @BeforeAll
    static void start() {
        kafka = TestKafka.start();
        platform = RunningPlatform.start(kafka, TestRegistry.shared().url(), state);
    }

    @AfterAll
    static void stop() {
        platform.close();
        kafka.close();
    }

    @ParameterizedTest
    @EnumSource
    void itIsKeptAsItCameAndTheNextRecordIsHandled(Bad bad) {
        String scanId = UUID.randomUUID().toString();
        byte[] value = bad.bytes();
        List<ScanEvent> handled = new CopyOnWriteArrayList<>();
        double counted = unreadableCount();

        RecordMetadata at = platform.write(scanId, value);
        platform.publish(event(scanId, EventKind.COMPLETED));
        try (var _ = listening(collecting(scanId, handled))) {
            await().atMost(LONG_ENOUGH)
                    .untilAsserted(() ->
                            assertThat(handled)
                                    .extracting(ScanEvent::getKind)
                                    .containsExactly(EventKind.COMPLETED));
        }

        assertThat(unreadableCount()).isGreaterThan(counted);
        assertThat(platform.keptFrom(at))
                .isNotEmpty()
                .allSatisfy(kept -> {
                    assertThat(kept.key()).isEqualTo(scanId);
                    assertThat(kept.value()).isEqualTo(value);
                    assertThat(headers(kept))
                            .containsEntry(
                                    Topics.Unreadable.EXCEPTION,
                                    UndecodableRecordException.class.getName())
                            .containsEntry(Topics.Unreadable.TOPIC, Topics.SCAN_EVENTS.name())
                            .containsEntry(
                                    Topics.Unreadable.PARTITION, Integer.toString(at.partition()))
                            .containsEntry(Topics.Unreadable.OFFSET, Long.toString(at.offset()))
                            .containsEntry(RequestId.RECORD_HEADER, "request-of-" + scanId)
                            .containsEntry(
                                    RunningPlatform.FOREIGN_HEADER, RunningPlatform.FOREIGN_VALUE);
                    assertThat(headers(kept).get(Topics.Unreadable.MESSAGE))
                            .contains("a record of scan.events");
                });
    }

    @Test
    void anArrayThatClaimsTwoThousandMillionElementsIsUndecodableAndNotAnOutOfMemoryError() {

        int id =
                platform.registry()
                        .register(
                                Topics.SCAN_DEAD_LETTERS.subject(),
                                Topics.SCAN_DEAD_LETTERS.schema());
        byte[] start = ByteBuffer.allocate(5).put((byte) 0).putInt(id).array();
        byte[] value =
                afterHeaderOf(
                        start,
                        encoder -> {
                            writeRequest(encoder);
                            encoder.writeLong(2_000_000_000L);
                        });
        var record =
                new ConsumerRecord<>(
                        Topics.SCAN_DEAD_LETTERS.name(), 0, 4_711, "k".getBytes(UTF_8), value);

        Optional<DeadLetter> read =
                platform.readers().reader(Topics.SCAN_DEAD_LETTERS).read(record);

        assertThat(read).isEmpty();
        try (var probe = TopicProbe.raw(kafka, Topics.Unreadable.NAME)) {
            await().atMost(LONG_ENOUGH)
                    .untilAsserted(() ->
                            assertThat(probe.values())
                                    .anySatisfy(kept -> assertThat(kept).isEqualTo(value)));
        }
    }

    @Test
    void whatIsTooLargeEvenForTheTopicIsCutAndNothingElseIs() {
        byte[] longKey = new byte[Topics.Unreadable.MAX_BYTES];
        Arrays.fill(longKey, (byte) 'k');
        byte[] longValue = longKey.clone();
        byte[] shortValue = "not Avro".getBytes(UTF_8);

        platform.readers().keep(oversized(4_801, longKey, shortValue), new IOException("planted"));
        platform.readers().keep(oversized(4_802, longKey, null), new IOException("planted"));
        platform.readers()
                .keep(oversized(4_803, "k".getBytes(UTF_8), longValue), new IOException("planted"));

        String length = Integer.toString(Topics.Unreadable.MAX_BYTES);
        assertThat(keptFromOffset(4_801))
                .satisfies(kept -> {
                    assertThat(kept.value()).isEqualTo(shortValue);
                    assertThat(kept.key()).hasSize(512 << 10);
                    assertThat(headers(kept))
                            .containsEntry("stepfree.key.cut.from.bytes", length)
                            .doesNotContainKey("stepfree.cut.from.bytes");
                });
        assertThat(keptFromOffset(4_802).value()).isNull();
        assertThat(keptFromOffset(4_803))
                .satisfies(kept -> {
                    assertThat(kept.value()).hasSize(512 << 10);
                    assertThat(kept.key()).isEqualTo("k");
                    assertThat(headers(kept))
                            .containsEntry("stepfree.cut.from.bytes", length)
                            .doesNotContainKey("stepfree.key.cut.from.bytes");
                });
    }

    private static ConsumerRecord<byte[], byte[]> oversized(
            long offset, byte[] key, byte @Nullable [] value) {
        return new ConsumerRecord<>(Topics.SCAN_EVENTS.name(), 0, offset, key, value);
    }

    private static ConsumerRecord<String, byte[]> keptFromOffset(long offset) {
        return platform.keptFrom(
                        new RecordMetadata(
                                new TopicPartition(Topics.SCAN_EVENTS.name(), 0),
                                offset,
                                0,
                                0,
                                0,
                                0))
                .getFirst();
    }

    @Test
    void aTombstoneIsNeitherHandledNorKept() {
        String scanId = UUID.randomUUID().toString();
        List<ScanEvent> handled = new CopyOnWriteArrayList<>();

        RecordMetadata at = platform.write(scanId, null);
        platform.publish(event(scanId, EventKind.COMPLETED));
        try (var _ = listening(collecting(scanId, handled))) {
            await().atMost(LONG_ENOUGH).until(() -> handled.size() == 1);
        }

        assertThat(platform.keptFrom(at)).isEmpty();
    }

    @Test
    void aRecordWhoseHandlerThrowsComesAgainBeforeTheNextOneAndIsNotKept() {
        String scanId = UUID.randomUUID().toString();
        List<EventKind> handled = new CopyOnWriteArrayList<>();
        var failures = new AtomicInteger(2);

        RecordMetadata at = platform.publish(event(scanId, EventKind.ACCEPTED));
        platform.publish(event(scanId, EventKind.COMPLETED));
        RecordHandler<ScanEvent> handler =
                (event, _) -> {
                    if (event.getScanId().equals(scanId)) {
                        handled.add(event.getKind());
                        if (failures.getAndDecrement() > 0) {
                            throw new IOException("planted");
                        }
                    }
                };
        try (var _ = listening(handler)) {
            await().atMost(LONG_ENOUGH)
                    .untilAsserted(() ->
                            assertThat(handled)
                                    .containsExactly(
                                            EventKind.ACCEPTED,
                                            EventKind.ACCEPTED,
                                            EventKind.ACCEPTED,
                                            EventKind.COMPLETED));
        }

        assertThat(platform.keptFrom(at)).isEmpty();
    }

    @Test
    void aRecordWhoseHandlerMeetsASchemaThatIsRefusedIsKeptAndTheNextOneIsHandled() {
        String scanId = UUID.randomUUID().toString();
        String subject = "refused-" + scanId;
        platform.registry().register(subject, Schema.create(Schema.Type.STRING));
        List<EventKind> handled = new CopyOnWriteArrayList<>();

        RecordMetadata at = platform.publish(event(scanId, EventKind.ACCEPTED));
        platform.publish(event(scanId, EventKind.COMPLETED));
        RecordHandler<ScanEvent> handler =
                (event, _) -> {
                    if (event.getScanId().equals(scanId)) {
                        if (event.getKind() == EventKind.ACCEPTED) {
                            platform.registry().register(subject, Schema.create(Schema.Type.INT));
                        }
                        handled.add(event.getKind());
                    }
                };
        try (var _ = listening(handler)) {
            await().atMost(LONG_ENOUGH).until(() -> handled.contains(EventKind.COMPLETED));
        }

        assertThat(handled).containsExactly(EventKind.COMPLETED);
        assertThat(platform.keptFrom(at))
                .singleElement()
                .satisfies(kept ->
                        assertThat(headers(kept))
                                .containsEntry(
                                        Topics.Unreadable.EXCEPTION,
                                        RegistryException.Refused.class.getName()));
    }

    @Test
    void theHandlerRunsInTheContextOfTheRequestThatTheRecordCarries() {
        String scanId = UUID.randomUUID().toString();
        List<Optional<RequestId>> seen = new CopyOnWriteArrayList<>();

        platform.publish(event(scanId, EventKind.ACCEPTED));
        RecordHandler<ScanEvent> handler =
                (event, _) -> {
                    if (event.getScanId().equals(scanId)) {
                        seen.add(RequestContext.current());
                    }
                };
        try (var _ = listening(handler)) {
            await().atMost(LONG_ENOUGH).until(() -> !seen.isEmpty());
        }

        assertThat(seen).containsExactly(Optional.of(new RequestId("request-of-" + scanId)));
    }

    @Test
    void aRegistryThatIsDownPutsNoGoodRecordAside() throws IOException {
        String scanId = UUID.randomUUID().toString();
        List<ScanEvent> handled = new CopyOnWriteArrayList<>();
        RecordMetadata at = platform.publish(event(scanId, EventKind.ACCEPTED));

        try (var cable = Cable.to(TestRegistry.shared().url());
                // Knows no schema yet, so it must ask.
                var forgetful = RunningPlatform.start(kafka, cable.address(), state)) {
            cable.cut();
            try (var _ = listening(forgetful, collecting(scanId, handled))) {
                await().during(Duration.ofSeconds(3))
                        .atMost(LONG_ENOUGH)
                        .until(() -> handled.isEmpty() && platform.keptFrom(at).isEmpty());
                cable.mend();
                await().atMost(LONG_ENOUGH).until(() -> handled.size() == 1);
            }
        }

        assertThat(platform.keptFrom(at)).isEmpty();
    }

    private static AutoCloseableContainer listening(RecordHandler<ScanEvent> handler) {
        return listening(platform, handler);
    }

    private static AutoCloseableContainer listening(
            RunningPlatform platform, RecordHandler<ScanEvent> handler) {
        var container =
                platform.listeners()
                        .listener(Topics.SCAN_EVENTS, "test-" + UUID.randomUUID(), handler);
        container.start();
        return container::stop;
    }

    private interface AutoCloseableContainer extends AutoCloseable {
        @Override
        void close();
    }

    /** Collects what belongs to one test; the topic holds the others' records too. */
    private static RecordHandler<ScanEvent> collecting(String scanId, List<ScanEvent> handled) {
        return (event, _) -> {
            if (event.getScanId().equals(scanId)) {
                handled.add(event);
            }
        };
    }

    private static double unreadableCount() {
        var counter =
                platform.meters()
                        .find("stepfree.records.unreadable")
                        .tag("topic", Topics.SCAN_EVENTS.name())
                        .counter();
        return counter == null ? 0 : counter.count();
    }

    private static ServiceSignal signal() {
        return ServiceSignal.newBuilder()
                .setService("scan-processor")
                .setInstance("scan-processor-1")
                .setAt(Instant.ofEpochMilli(0))
                .setGauges(Map.of())
                .build();
    }

    private interface Writing {
        void to(BinaryEncoder encoder) throws IOException;
    }

    /** A message with the same schema id as another one, and a body of one's own. */
    private static byte[] afterHeaderOf(byte[] message, Writing body) {
        var bytes = new ByteArrayOutputStream();
        bytes.write(message, 0, 5);
        try {
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            body.to(encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    /** The fields of a ScanRequest, which stand before the failures of a dead letter. */
    private static void writeRequest(BinaryEncoder encoder) throws IOException {
        for (String text :
                List.of("scan", "request", "local", "http://a.example/", "a.example", "wcag2aa")) {
            encoder.writeString(text);
        }
        encoder.writeEnum(0);
        for (int option : new int[] {60_000, 1_280, 1_024}) {
            encoder.writeInt(option);
        }
        encoder.writeLong(0);
        encoder.writeInt(0);
        encoder.writeInt(0);
    }
}
