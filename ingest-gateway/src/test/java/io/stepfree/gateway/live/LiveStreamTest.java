package io.stepfree.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.gateway.live.LiveStream.Beginning;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LiveStreamTest {

    private static final Subject SCAN = Subject.scan("scan-1");
    private static final Beginning FROM_STATE =
            new Beginning(
                    new Place(0, 9, Mark.ofScan("dispatched", 1, false), true),
                    "{}",
                    null,
                    List.of());

    private final AtomicInteger cuts = new AtomicInteger();

    @Test
    void whatTheStateTellsIsNotToldAgainAndTheRestOnce() throws IOException {
        LiveStream stream = stream(8);
        var missed =
                List.of(
                        event(8, "retrying", 7),
                        event(10, "accepted", 0),
                        event(11, "dispatched", 1),
                        event(12, "retrying", 1));
        stream.hear(event(12, "retrying", 1));
        stream.hear(event(13, "dispatched", 2));
        stream.hear(event(14, "cancelled", 2));

        assertThat(
                        told(
                                stream,
                                new Beginning(
                                        FROM_STATE.place(), FROM_STATE.state(), null, missed)))
                .containsExactly("state", "retrying", "dispatched", "cancelled");
    }

    @Test
    void afterAnEventWhatFollowsIsToldWhateverItIs() throws IOException {
        LiveStream stream = stream(8);
        stream.hear(event(20, "dispatched", 1));
        stream.hear(event(21, "cancelled", 1));

        assertThat(
                        told(
                                stream,
                                new Beginning(
                                        new Place(0, 19, Mark.ofScan("retrying", 1, false), false),
                                        null,
                                        null,
                                        List.of())))
                .containsExactly("dispatched", "cancelled");
    }

    @Test
    void aStateThatIsTheEndIsAllThatIsTold() throws IOException {
        assertThat(
                        told(
                                stream(8),
                                new Beginning(
                                        new Place(0, 9, Mark.ofScan("cancelled", 1, false), true),
                                        "{}",
                                        null,
                                        List.of())))
                .containsExactly("state");
    }

    @Test
    void afterAnEndAnotherLifeThatIsThereAlreadyIsToldToo() throws IOException {
        LiveStream stream = stream(8);
        stream.hear(event(20, "dead_lettered", 1));
        stream.hear(event(21, "accepted", 1));
        stream.hear(event(22, "cancelled", 1));

        assertThat(told(stream, FROM_STATE))
                .containsExactly("state", "dead_lettered", "accepted", "cancelled");
    }

    @Test
    void aGapIsSaidBeforeTheStateAndHasNoId() throws IOException {
        var output = new ByteArrayOutputStream();
        stream(8)
                .write(
                        new Beginning(
                                new Place(0, 9, Mark.ofScan("cancelled", 1, false), true),
                                "{}",
                                "{\"reason\":\"gone\"}",
                                List.of()),
                        output);

        assertThat(output.toString(StandardCharsets.US_ASCII))
                .matches(
                        "retry: \\d{4}\n\nevent: gap\ndata: \\{\"reason\":\"gone\"}\n\nid: \\S+\nevent: state\ndata: \\{}\n\n");
    }

    @Test
    void whoTakesTooLittleIsCutOffAndNobodyWaitsForIt() throws Exception {
        LiveStream stream = stream(3);
        var writes = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var output =
                new ByteArrayOutputStream() {
                    @Override
                    public void flush() {
                        writes.countDown();
                        try {
                            goOn.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                };
        Thread writer = Thread.ofVirtual().start(() -> write(stream, output));
        writes.await();

        for (int i = 0; i < 10; i++) {
            stream.hear(event(20 + i, "dispatched", 2 + i));
        }
        goOn.countDown();
        writer.join();

        assertThat(cuts).hasValue(1);
        assertThat(names(output)).containsExactly("state");
    }

    @Test
    void whereNothingHappensAHeartbeatIsSent() throws Exception {
        LiveStream stream = stream(8);
        var beats = new CountDownLatch(3);
        var output =
                new OutputStream() {
                    @Override
                    public void write(int octet) {
                        // Only whole frames are written.
                    }

                    @Override
                    public void write(byte[] bytes) {
                        if (Arrays.equals(bytes, ":\n\n".getBytes(StandardCharsets.US_ASCII))) {
                            beats.countDown();
                        }
                    }
                };
        Thread writer = Thread.ofVirtual().start(() -> write(stream, output));

        beats.await();
        stream.close();
        writer.join();
    }

    private LiveStream stream(int backlog) {
        return new LiveStream(
                "local", SCAN, backlog, Duration.ofMillis(50), () -> true, cuts::incrementAndGet);
    }

    private static void write(LiveStream stream, OutputStream output) {
        try {
            stream.write(FROM_STATE, output);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> told(LiveStream stream, Beginning beginning) throws IOException {
        var output = new ByteArrayOutputStream();
        stream.write(beginning, output);
        return names(output);
    }

    private static List<String> names(ByteArrayOutputStream output) {
        return output.toString(StandardCharsets.US_ASCII)
                .lines()
                .filter(line -> line.startsWith("event: "))
                .map(line -> line.substring("event: ".length()))
                .toList();
    }

    private static LiveEvent event(long offset, String status, int attempt) {
        return new LiveEvent(SCAN, 0, offset, Mark.ofScan(status, attempt, false), status, "{}");
    }
}
