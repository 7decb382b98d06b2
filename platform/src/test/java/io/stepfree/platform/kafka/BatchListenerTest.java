package io.stepfree.platform.kafka;

import static io.stepfree.platform.kafka.RunningPlatform.event;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many records at once: none is lost, and one that is bad takes no other with it. */
final class BatchListenerTest {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);
    private static final int SCANS = 5;
    private static final int EVENTS_OF_EACH = 50;

    private static TestKafka kafka;
    private static RunningPlatform platform;
    @TempDir private static Path state;

    private final String test = UUID.randomUUID().toString();
    private final List<List<String>> batches = new CopyOnWriteArrayList<>();

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

    @Test
    void recordsComeTogetherAndThoseOfOnePartitionInTheirOrder() {
        publishAll();

        listen(batch -> remember(batch), () -> handled().size() == SCANS * EVENTS_OF_EACH);

        assertThat(batches).hasSizeLessThan(SCANS * EVENTS_OF_EACH / 10);
        assertThat(batches).allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(100));
        for (int scan = 0; scan < SCANS; scan++) {
            String id = id(scan);
            assertThat(handled().stream().filter(name -> name.startsWith(id)).toList())
                    .isEqualTo(
                            IntStream.range(0, EVENTS_OF_EACH)
                                    .mapToObj(i -> id + "#" + i)
                                    .toList());
        }
    }

    @Test
    void aRecordThatTheDatabaseNeverTakesIsKeptAndTheOthersOfItsBatchAreHandled() {
        List<RecordMetadata> places = publishAll();
        String bad = id(2) + "#7";

        listen(
                batch -> {
                    if (names(batch).contains(bad)) {
                        throw new SQLException("planted", "22P05");
                    }
                    remember(batch);
                },
                () -> handled().size() >= SCANS * EVENTS_OF_EACH - 1);

        assertThat(handled())
                .doesNotContain(bad)
                .doesNotHaveDuplicates()
                .hasSize(SCANS * EVENTS_OF_EACH - 1);
        assertThat(platform.keptFrom(places.get(2 * EVENTS_OF_EACH + 7))).hasSize(1);
    }

    @Test
    void aRecordThatCannotBeDealtWithNowComesAgainBeforeThoseBehindItAndIsNotKept() {
        List<RecordMetadata> places = publishAll();
        String slow = id(3) + "#9";
        var failures = new AtomicInteger(3);

        listen(
                batch -> {
                    if (names(batch).contains(slow) && failures.getAndDecrement() > 0) {
                        throw new IOException("planted");
                    }
                    remember(batch);
                },
                () -> handled().size() >= SCANS * EVENTS_OF_EACH);

        assertThat(handled()).doesNotHaveDuplicates().hasSize(SCANS * EVENTS_OF_EACH);
        assertThat(handled().stream().filter(name -> name.startsWith(id(3))).toList())
                .isEqualTo(
                        IntStream.range(0, EVENTS_OF_EACH).mapToObj(i -> id(3) + "#" + i).toList());
        assertThat(platform.keptFrom(places.get(3 * EVENTS_OF_EACH + 9))).isEmpty();
    }

    @Test
    void aRecordThatCannotBeDecodedIsKeptAndTheOthersOfItsBatchAreHandled() {
        platform.publish(numbered(0, 0));
        RecordMetadata bad = platform.write(id(0), "not Avro".getBytes(UTF_8));
        platform.publish(numbered(0, 1));

        listen(this::remember, () -> handled().size() == 2);

        assertThat(handled()).containsExactly(id(0) + "#0", id(0) + "#1");
        assertThat(platform.keptFrom(bad)).hasSize(1);
    }

    @Test
    void eachPartOfTheWorkRunsForTheRequestThatItsRecordCarries() {
        publishAll();
        var requests = new CopyOnWriteArrayList<String>();

        listen(
                batch -> {
                    for (Received<ScanEvent> received : batch) {
                        received.run(() ->
                                requests.add(
                                        RequestContext.current()
                                                .map(RequestId::value)
                                                .orElse("none")));
                    }
                },
                () -> requests.size() == SCANS * EVENTS_OF_EACH);

        assertThat(requests)
                .containsOnly(
                        IntStream.range(0, SCANS)
                                .mapToObj(scan -> "request-of-" + id(scan))
                                .toArray(String[]::new));
    }

    private List<RecordMetadata> publishAll() {
        var places = new ArrayList<RecordMetadata>();
        for (int scan = 0; scan < SCANS; scan++) {
            for (int number = 0; number < EVENTS_OF_EACH; number++) {
                places.add(platform.publish(numbered(scan, number)));
            }
        }
        return places;
    }

    private ScanEvent numbered(int scan, int number) {
        return ScanEvent.newBuilder(event(id(scan), EventKind.ACCEPTED)).setAttempt(number).build();
    }

    private String id(int scan) {
        return test + "-" + scan;
    }

    private void remember(List<Received<ScanEvent>> batch) {
        batches.add(names(batch));
    }

    private List<String> handled() {
        return batches.stream().flatMap(List::stream).toList();
    }

    private static List<String> names(List<Received<ScanEvent>> batch) {
        return batch.stream()
                .map(received -> received.value().getScanId() + "#" + received.value().getAttempt())
                .toList();
    }

    /** Only what belongs to this test; the topic holds the others' records too. */
    private void listen(BatchHandler<ScanEvent> handler, Callable<Boolean> until) {
        BatchHandler<ScanEvent> mine =
                batch -> {
                    var own =
                            batch.stream()
                                    .filter(one -> one.value().getScanId().startsWith(test))
                                    .toList();
                    if (!own.isEmpty()) {
                        handler.handle(own);
                    }
                };
        var container =
                platform.listeners()
                        .batchListener(Topics.SCAN_EVENTS, "test-" + UUID.randomUUID(), mine);
        container.start();
        try {
            await().atMost(LONG_ENOUGH).until(until);
        } finally {
            container.stop();
        }
    }
}
