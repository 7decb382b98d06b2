package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.gateway.EventReader.Told;
import io.stepfree.gateway.edge.ProblemAdvice;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.scan.BatchProgress;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** What becomes of scans and batches, told while it happens. */
final class LiveStreamsTest {

    private static final int BACKLOG = 64;

    private static TestKafka kafka;
    private static TestDatabase database;
    private static RunningGateway gateway;

    private final String scan = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        kafka = TestKafka.start();
        database = RunningGateway.database();
        gateway =
                RunningGateway.start(
                        kafka,
                        TestRegistry.shared(),
                        database,
                        "--stepfree.gateway.streams.per-client=400",
                        "--stepfree.gateway.streams.heartbeat=300ms",
                        "--stepfree.gateway.streams.backlog=" + BACKLOG);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void aScanIsFollowedFromItsStateToItsReport() {
        project(scan, "accepted", 0);
        publish(scan, EventKind.ACCEPTED, 0);

        try (var reader = open(scan)) {
            assertThat(reader.status()).isEqualTo(200);
            assertThat(reader.header("Content-Type")).isEqualTo("text/event-stream");
            assertThat(reader.header("Cache-Control")).isEqualTo("no-store");
            JsonNode state = reader.next().data();
            assertThat(state.path("id").asString()).isEqualTo(scan);
            assertThat(state.path("status").asString()).isEqualTo("accepted");
            assertThat(state.path("url").asString()).isEqualTo("https://example.com/");

            publish(scan, EventKind.DISPATCHED, 1);
            publish(scan, EventKind.RETRYING, 1);
            publish(scan, EventKind.OVERDUE, 0);
            publish(scan, EventKind.DISPATCHED, 2);
            publish(scan, EventKind.COMPLETED, 2);
            publish(scan, EventKind.REPORT_PUBLISHED, 2);

            List<Told> rest = reader.rest();
            assertThat(rest)
                    .extracting(Told::step)
                    .containsExactly(
                            "dispatched 1",
                            "retrying 1",
                            "dispatched 2",
                            "completed 2",
                            "report-published 2");
            JsonNode retrying = rest.get(1).data();
            assertThat(retrying.path("failure").path("type").asString()).isEqualTo("http_error");
            assertThat(retrying.path("failure").path("httpStatus").asInt()).isEqualTo(503);
            assertThat(retrying.path("nextAttemptAt").asString()).isNotBlank();
            assertThat(rest).extracting(Told::id).doesNotContainNull().doesNotHaveDuplicates();
            assertThat(open(scan, rest.getLast().id()).status()).isEqualTo(204);
            // As long as the report cannot be read it may still come.
            assertThat(open(scan, rest.get(3).id()).rest())
                    .extracting(Told::step)
                    .containsExactly("report-published 2");
        }
    }

    @Test
    void whatTheViewsDoNotTellYetIsToldAndWhatTheyTellIsNotToldAgain() {
        publish(scan, EventKind.ACCEPTED, 0);
        publish(scan, EventKind.DISPATCHED, 1);
        publish(scan, EventKind.RETRYING, 1);
        publish(scan, EventKind.DISPATCHED, 2);
        project(scan, "dispatched", 1);

        try (var reader = open(scan)) {
            List<Told> told = reader.next(3);
            assertThat(told)
                    .extracting(Told::step)
                    .containsExactly("state 1", "retrying 1", "dispatched 2");

            try (var again = open(scan, told.getFirst().id())) {
                assertThat(again.next(2))
                        .extracting(Told::step)
                        .containsExactly("retrying 1", "dispatched 2");
            }
            // The views have caught up, and are ahead of what is told next.
            project(scan, "dispatched", 3);
            publish(scan, EventKind.RETRYING, 2);
            publish(scan, EventKind.DISPATCHED, 3);
            publish(scan, EventKind.CANCELLED, 3);
            assertThat(reader.rest())
                    .extracting(Told::step)
                    .containsExactly("retrying 2", "dispatched 3", "cancelled 3");
            try (var late = open(scan)) {
                assertThat(late.rest())
                        .extracting(Told::step)
                        .containsExactly("state 3", "cancelled 3");
            }
        }
    }

    @Test
    void howFarTheViewsAreIsKnownFromWhoMakesThem() throws Exception {
        var place = new TopicPartition(Topics.SCAN_EVENTS.name(), publish(scan, 1).partition());
        try (var admin = admin()) {
            long end = publish(scan, 2).offset() + 1;
            admin.alterConsumerGroupOffsets(
                            "report-builder-status", Map.of(place, new OffsetAndMetadata(end)))
                    .all()
                    .get();
            project(scan, "dispatched", 2);
            // It is asked again after a second.
            await().untilAsserted(() -> {
                try (var reader = open(scan)) {
                    String word = Objects.requireNonNull(reader.next().id());
                    assertThat(offset(word)).isEqualTo(end - 1);
                }
            });
        } finally {
            try (var admin = admin()) {
                admin.deleteConsumerGroups(List.of("report-builder-status")).all().get();
            }
        }
    }

    @Test
    void whoWasCutGoesOnAtAnyGatewayWithoutAGapAndWithoutDoubles() {
        project(scan, "accepted", 0);
        publish(scan, EventKind.ACCEPTED, 0);
        var random = new Random(7);
        var expected = new ArrayList<String>();
        var told = new ArrayList<Told>();
        RunningGateway other = gateway.beside();
        try {
            String id = null;
            int attempt = 0;
            for (int cut = 0; cut < 12; cut++) {
                RunningGateway at = random.nextBoolean() ? gateway : other;
                try (var reader = EventReader.open(at, path(scan), id)) {
                    int published = 1 + random.nextInt(4);
                    for (int i = 0; i < published; i++) {
                        attempt++;
                        publish(scan, EventKind.DISPATCHED, attempt);
                        publish(scan, EventKind.RETRYING, attempt);
                        expected.add("dispatched " + attempt);
                        expected.add("retrying " + attempt);
                    }
                    // Some of what there is, so that the next one begins in the middle.
                    int left = expected.size() + 1 - told.size();
                    told.addAll(reader.next(1 + random.nextInt(left)));
                    id = told.getLast().id();
                }
            }
            publish(scan, EventKind.DEAD_LETTERED, attempt);
            expected.add("dead-lettered " + attempt);
            told.addAll(EventReader.open(other, path(scan), id).rest());
        } finally {
            other.stopGateway();
        }
        assertThat(told.getFirst().name()).isEqualTo("state");
        assertThat(told.subList(1, told.size()))
                .extracting(Told::step)
                .containsExactlyElementsOf(expected);
    }

    @Test
    void afterARestartTheTopicIsReadFromWhereTheClientWas() {
        project(scan, "dispatched", 1);
        publish(scan, EventKind.DISPATCHED, 1);
        String id;
        try (var reader = open(scan)) {
            reader.next();
            publish(scan, EventKind.RETRYING, 1);
            id = reader.next().id();
        }
        publish(scan, EventKind.DISPATCHED, 2);
        // More than a gateway remembers of a partition.
        String neighbour = neighbour(scan);
        for (int i = 1; i <= 1_100; i++) {
            publish(neighbour, EventKind.DISPATCHED, i);
        }
        publish(scan, EventKind.CANCELLED, 2);

        RunningGateway restarted = gateway.beside();
        try {
            assertThat(EventReader.open(restarted, path(scan), id).rest())
                    .extracting(Told::step)
                    .containsExactly("dispatched 2", "cancelled 2");
        } finally {
            restarted.stopGateway();
        }
    }

    @Test
    void whatHasLeftTheTopicIsSaidToBeMissing() throws Exception {
        project(scan, "dispatched", 1);
        String id;
        try (var reader = open(scan)) {
            reader.next();
            publish(scan, EventKind.DISPATCHED, 2);
            id = reader.next().id();
        }
        publish(scan, EventKind.RETRYING, 2);
        var last = publish(scan, 3);
        try (var admin = admin()) {
            admin.deleteRecords(
                            Map.of(
                                    new TopicPartition(last.topic(), last.partition()),
                                    RecordsToDelete.beforeOffset(last.offset())))
                    .all()
                    .get();
        }
        project(scan, "dispatched", 3);

        RunningGateway late = gateway.beside();
        try (var reader = EventReader.open(late, path(scan), id)) {
            Told gap = reader.next();
            assertThat(gap.name()).isEqualTo("gap");
            assertThat(gap.id()).isNull();
            assertThat(gap.data().path("reason").asString()).contains("not there any more");
            assertThat(reader.next().step()).isEqualTo("state 3");
            publish(scan, EventKind.CANCELLED, 3);
            assertThat(reader.rest()).extracting(Told::step).containsExactly("cancelled 3");
        } finally {
            late.stopGateway();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dead_lettered", "cancelled", "completed"})
    void aScanThatHasEndedIsShownOnce(String status) {
        project(scan, status, 2);
        if (status.equals("completed")) {
            gateway.jdbi()
                    .useHandle(handle ->
                            handle.execute(
                                    "INSERT INTO reports.report_view VALUES (?, '{\"big\": 1}', 'a.html', 'a.json', now())",
                                    scan));
        }

        List<Told> told = open(scan).rest();

        assertThat(told).extracting(Told::step).containsExactly("state 2");
        assertThat(told.getFirst().data().path("status").asString()).isEqualTo(status);
        assertThat(told.getFirst().data().has("report")).isFalse();
        assertThat(told.getFirst().data().has("reportFiles")).isEqualTo(status.equals("completed"));
        assertThat(open(scan, told.getFirst().id()).status()).isEqualTo(204);
    }

    @Test
    void aReplayedScanIsFollowedFromTheEndOfItsLastLife() {
        project(scan, "dead_lettered", 1);
        String id = open(scan).rest().getLast().id();
        assertThat(open(scan, id).status()).isEqualTo(204);

        publish(scan, EventKind.DEAD_LETTERED, 1);
        publish(scan, EventKind.ACCEPTED, 1);
        project(scan, "accepted", 1);

        try (var reader = open(scan, id)) {
            assertThat(reader.next().step()).isEqualTo("accepted 1");
            publish(scan, EventKind.CANCELLED, 1);
            assertThat(reader.rest()).extracting(Told::step).containsExactly("cancelled 1");
        }
    }

    @Test
    void aBatchIsFollowedUntilNoneOfItsScansIsOpen() {
        String batch = "audit-" + scan;
        Instant begun = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        publish(batch, 4, 3, begun);
        publish(batch, 5, 4, begun.plusSeconds(1));
        publish(batch, 5, 3, begun.plusSeconds(2));
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "INSERT INTO reports.batch_view VALUES (?, 'local', 5, 4, 0, 0, 1, 0, 0, ?::timestamptz)",
                                batch,
                                begun.plusSeconds(1).toString()));

        try (var reader = EventReader.open(gateway, "/api/batches/" + batch + "/events")) {
            Told state = reader.next();
            assertThat(state.name()).isEqualTo("state");
            assertThat(state.data().path("id").asString()).isEqualTo(batch);
            assertThat(state.data().path("waiting").asInt()).isEqualTo(4);
            publish(batch, 5, 0, begun.plusSeconds(3));

            List<Told> rest = reader.rest();
            assertThat(rest).extracting(Told::name).containsExactly("progress", "progress");
            assertThat(rest)
                    .extracting(told -> told.data().path("completed").asInt())
                    .containsExactly(2, 5);
            assertThat(rest.getLast().data().propertyNames())
                    .containsExactlyElementsOf(state.data().propertyNames());
            assertThat(rest.getLast().data().path("status").asString()).isEqualTo("ended");
            assertThat(
                            EventReader.open(
                                            gateway,
                                            "/api/batches/" + batch + "/events",
                                            rest.getLast().id())
                                    .status())
                    .isEqualTo(204);
        }
    }

    @Test
    void whatIsOfOthersIsNotThere() {
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute(
                            """
                            INSERT INTO reports.scan_status_view (scan_id, request_id, client, status, attempt, updated_at)
                            VALUES (?, 'r', 'acme', 'dispatched', 1, now())
                            """,
                            scan);
                    handle.execute(
                            "INSERT INTO reports.batch_view VALUES (?, 'acme', 1, 1, 0, 0, 0, 0, 0, now())",
                            "acme/" + scan);
                });

        gateway.get(path(scan)).problem(404, "not-found");
        gateway.get(path("no-id")).problem(404, "not-found");
        gateway.get("/api/batches/" + scan + "/events").problem(404, "not-found");
        gateway.get("/api/batches/a%20b/events").problem(404, "not-found");
        await("nothing is left open").until(() -> streams() == 0);
    }

    @Test
    void aWrongIdIsRefusedBeforeAnythingIsTold() {
        String other = UUID.randomUUID().toString();
        project(scan, "dispatched", 1);
        project(other, "cancelled", 1);
        String foreign = Objects.requireNonNull(open(other).rest().getLast().id());

        for (String id : List.of("nonsense", foreign)) {
            Answer answer =
                    gateway.send(gateway.request(path(scan)).header("Last-Event-ID", id).GET());
            assertThat(answer.problem(400, "bad-request").path("detail").asString())
                    .contains("Last-Event-ID");
        }
        gateway.send(gateway.request(path(scan)).header("Accept", "application/json").GET())
                .problem(406, "not-acceptable");
    }

    @Test
    void whoAsksForTheHeadersOnlyGetsThem() {
        project(scan, "dispatched", 1);

        Answer answer = gateway.send(gateway.request(path(scan)).HEAD());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream");
    }

    @Test
    void nothingThatPagesOrClientsChoseBreaksAnEvent() {
        String hostile =
                "a\r\n\r\nevent: forged\ndata: {}\n\n\u2028\u2029\u0085\u0000</script><img onerror>\uD800 \u202E {{7*7}} <!channel>";
        project(scan, "dispatched", 1);

        try (var reader = open(scan)) {
            reader.next();
            publish(scan, event(scan, EventKind.RETRYING, 1, hostile));
            publish(scan, EventKind.CANCELLED, 1);

            List<Told> rest = reader.rest();
            assertThat(rest).extracting(Told::name).containsExactly("retrying", "cancelled");
            assertThat(rest.getFirst().raw()).matches("[ -~]+");
            // Avro knows no halves of surrogate pairs.
            assertThat(rest.getFirst().data().path("failure").path("message").asString())
                    .isEqualTo(hostile.replace('\uD800', '?'));
        }
    }

    @Test
    void whereNothingHappensTheStreamStaysOpen() {
        project(scan, "dispatched", 1);

        try (var reader = open(scan)) {
            reader.next();
            await().until(() -> reader.heartbeats() >= 3);
            assertThat(reader.waiting()).isEmpty();
        }
        await().until(() -> streams() == 0);
    }

    @Test
    void aSlowReaderIsCutOffAndNobodyElse() throws Exception {
        project(scan, "dispatched", 1);
        int events = 400;
        await("nobody else is there").until(() -> streams() == 0);
        double before = cut();
        String slowTold;
        try (var slow = new Socket();
                var reader = open(scan)) {
            reader.next();
            slow.setReceiveBufferSize(4_096);
            slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
            slow.getOutputStream()
                    .write(
                            "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .formatted(path(scan))
                                    .getBytes(StandardCharsets.US_ASCII));
            await().until(() -> streams() == 2);

            String longMessage = "x".repeat(30_000);
            var expected = new ArrayList<String>();
            for (int i = 2; i < 2 + events; i++) {
                publish(scan, event(scan, EventKind.RETRYING, i, longMessage));
                expected.add("retrying " + i);
            }
            publish(scan, EventKind.CANCELLED, 2 + events);
            expected.add("cancelled " + (2 + events));

            assertThat(reader.rest()).extracting(Told::step).containsExactlyElementsOf(expected);
            assertThat(cut()).isEqualTo(before + 1);
            await().until(() -> streams() == 0);
            slowTold = all(slow);
        }
        // What it has got is a beginning without a gap, after which it can go on.
        Matcher ids =
                Pattern.compile("(?m)^id: (\\S+)\nevent: retrying\ndata: .*\n\n").matcher(slowTold);
        String id = null;
        int got = 0;
        while (ids.find()) {
            id = ids.group(1);
            got++;
        }
        assertThat(got).isBetween(1, events - 1);
        assertThat(open(scan, id).rest())
                .hasSize(events + 1 - got)
                .first()
                .extracting(Told::attempt)
                .isEqualTo(2 + got);
    }

    @Test
    void manyThatGoInTheMiddleAreNoFailures() {
        project(scan, "dispatched", 1);
        var failures = new ListAppender<ILoggingEvent>();
        failures.start();
        var log = (Logger) LoggerFactory.getLogger(ProblemAdvice.class);
        log.addAppender(failures);
        try {
            for (int round = 0; round < 3; round++) {
                var readers = new ArrayList<EventReader>();
                for (int i = 0; i < 100; i++) {
                    readers.add(open(scan));
                }
                readers.forEach(reader -> {
                    reader.close();
                    publish(scan, EventKind.OVERDUE, 0);
                    publish(scan, EventKind.RETRYING, 1);
                });
                await().until(() -> streams() == 0);
            }
        } finally {
            log.detachAppender(failures);
        }
        assertThat(failures.list).isEmpty();
    }

    @Test
    void nobodyHasMoreStreamsThanAllowed() {
        project(scan, "dispatched", 1);
        RunningGateway few = gateway.beside("--stepfree.gateway.streams.per-client=2");
        try (var _ = EventReader.open(few, path(scan));
                var second = EventReader.open(few, path(scan))) {
            assertThat(few.get(path(scan)).problem(429, "rate-limited").path("detail").asString())
                    .contains("The client local has 2 live streams open");
            second.next();
            publish(scan, EventKind.DISPATCHED, 2);
            assertThat(second.next().step()).isEqualTo("dispatched 2");
            publish(scan, EventKind.CANCELLED, 2);
            second.rest();
            await().until(() -> few.get(path(scan)).status() == 200);
        } finally {
            few.stopGateway();
        }
        RunningGateway full = gateway.beside("--stepfree.gateway.streams.most=1");
        String open = UUID.randomUUID().toString();
        project(open, "dispatched", 1);
        try (var _ = EventReader.open(full, path(open))) {
            Answer refused = full.get(path(open));
            refused.problem(503, "unavailable");
            assertThat(refused.header("Retry-After")).isNotNull();
        } finally {
            full.stopGateway();
        }
    }

    @Test
    void aGatewayThatStopsEndsItsStreams() {
        project(scan, "dispatched", 1);
        RunningGateway stopping = gateway.beside();
        var readers = new ArrayList<EventReader>();
        try {
            for (int i = 0; i < 20; i++) {
                readers.add(EventReader.open(stopping, path(scan)));
            }
            readers.forEach(EventReader::next);
        } finally {
            stopping.stopGateway();
        }
        // None is broken off, and each can go on elsewhere.
        readers.forEach(reader -> assertThat(reader.rest()).isEmpty());
    }

    @Test
    void streamsOutliveTheBroker() {
        TestKafka own = TestKafka.start();
        project(scan, "dispatched", 1);
        RunningGateway at =
                RunningGateway.start(
                        own,
                        TestRegistry.shared(),
                        database,
                        "--stepfree.gateway.streams.heartbeat=300ms");
        try (var reader = EventReader.open(at, path(scan))) {
            reader.next();
            own.close();
            int before = reader.heartbeats();
            await().until(() -> reader.heartbeats() >= before + 10);
        } finally {
            at.stopGateway();
            own.close();
        }
    }

    @Test
    void twoHundredAreFollowedAtOnce() {
        var readers = new HashMap<String, EventReader>();
        for (int i = 0; i < 200; i++) {
            String id = UUID.randomUUID().toString();
            project(id, "accepted", 0);
            readers.put(id, open(id));
        }
        readers.keySet().forEach(id -> publish(id, EventKind.ACCEPTED, 0));
        for (int attempt = 1; attempt <= 3; attempt++) {
            int now = attempt;
            readers.keySet().forEach(id -> publish(id, EventKind.DISPATCHED, now));
            readers.keySet().forEach(id -> publish(id, EventKind.RETRYING, now));
        }
        readers.keySet().forEach(id -> publish(id, EventKind.DEAD_LETTERED, 3));

        readers.forEach((id, reader) -> {
            List<Told> told = reader.rest();
            assertThat(told)
                    .extracting(Told::step)
                    .containsExactly(
                            "state 0",
                            "dispatched 1",
                            "retrying 1",
                            "dispatched 2",
                            "retrying 2",
                            "dispatched 3",
                            "retrying 3",
                            "dead-lettered 3");
            assertThat(told)
                    .allSatisfy(one -> assertThat(one.data().path("id").asString()).isEqualTo(id));
        });
        await().until(() -> streams() == 0);
    }

    private static EventReader open(String scanId) {
        return EventReader.open(gateway, path(scanId));
    }

    private static EventReader open(String scanId, @Nullable String lastId) {
        return EventReader.open(gateway, path(scanId), lastId);
    }

    private static String path(String scanId) {
        return "/api/scans/" + scanId + "/events";
    }

    private static double streams() {
        return meters().get("stepfree.gateway.streams.open").gauge().value();
    }

    private static double cut() {
        return meters().get("stepfree.gateway.streams.cut").counter().count();
    }

    private static MeterRegistry meters() {
        return gateway.bean(MeterRegistry.class);
    }

    private static String all(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        try (InputStream in = socket.getInputStream()) {
            // Without the lengths of its chunks.
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .replaceAll("\r\n[0-9a-f]+\r\n", "");
        }
    }

    /** The offset that an id has in it. */
    private static long offset(String word) {
        return ByteBuffer.wrap(Base64.getUrlDecoder().decode(word)).getLong(8);
    }

    /** Another scan whose events are on the same partition. */
    private static String neighbour(String scanId) {
        String other;
        do {
            other = UUID.randomUUID().toString();
        } while (partition(other) != partition(scanId));
        return other;
    }

    private static int partition(String key) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8)))
                % Topics.SCAN_EVENTS.partitions();
    }

    private static Admin admin() {
        return Admin.create(
                Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()));
    }

    private static RecordMetadata publish(String scanId, int attempt) {
        return publish(scanId, event(scanId, EventKind.DISPATCHED, attempt, ""));
    }

    private static void publish(String scanId, EventKind kind, int attempt) {
        publish(scanId, event(scanId, kind, attempt, "The page answered 503."));
    }

    private static RecordMetadata publish(String key, ScanEvent event) {
        return gateway.bean(RecordPublisher.class)
                .publish(Topics.SCAN_EVENTS, key, event, RequestId.create());
    }

    private static void publish(String batch, int accepted, int waiting, Instant at) {
        publish(
                batch,
                ScanEvent.newBuilder()
                        .setScanId("")
                        .setRequestId("")
                        .setKind(EventKind.BATCH_PROGRESS)
                        .setAt(at)
                        .setBatchId(batch)
                        .setBatch(
                                BatchProgress.newBuilder()
                                        .setBatchId(batch)
                                        .setClient("local")
                                        .setAccepted(accepted)
                                        .setWaiting(waiting)
                                        .setCompleted(accepted - waiting)
                                        .build())
                        .build());
    }

    private static ScanEvent event(String scanId, EventKind kind, int attempt, String message) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        boolean failed = kind == EventKind.RETRYING || kind == EventKind.DEAD_LETTERED;
        return ScanEvent.newBuilder()
                .setScanId(scanId)
                .setRequestId("request-1")
                .setKind(kind)
                .setAt(now)
                .setAttempt(attempt)
                .setRequest(kind == EventKind.ACCEPTED ? request(scanId, now) : null)
                .setFailure(
                        failed
                                ? Failure.newBuilder()
                                        .setType(FailureType.HTTP_ERROR)
                                        .setMessage(message)
                                        .setHttpStatus(503)
                                        .build()
                                : null)
                .setNextAttemptAt(kind == EventKind.RETRYING ? now.plusSeconds(2) : null)
                .build();
    }

    private static ScanRequest request(String scanId, Instant now) {
        return ScanRequest.newBuilder()
                .setScanId(scanId)
                .setRequestId("request-1")
                .setUrl("https://example.com/")
                .setHost("example.com")
                .setOptions(ScanOptions.newBuilder().build())
                .setSubmittedAt(now)
                .build();
    }

    /** As report-builder would. */
    private static void project(String scanId, String status, int attempt) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.scan_status_view (scan_id, request_id, client, url, host, standard,
                                    priority, status, attempt, submitted_at, updated_at)
                                VALUES (?, 'request-1', 'local', 'https://example.com/', 'example.com', 'wcag22aa',
                                    'HIGH', ?, ?, now(), now())
                                ON CONFLICT (scan_id) DO UPDATE SET status = excluded.status, attempt = excluded.attempt
                                """,
                                scanId,
                                status,
                                attempt));
    }
}
