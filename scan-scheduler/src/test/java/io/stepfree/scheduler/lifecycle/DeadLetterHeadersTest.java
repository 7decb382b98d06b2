package io.stepfree.scheduler.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** The headers by which a person understands a dead letter from its record alone. */
class DeadLetterHeadersTest extends SchedulerTest {

    @Test
    void theHeadersTellTheLastFailureAllAttemptsAndWhereTheRequestLies() {
        // So that the request lies at an offset of its own.
        submit(request("before"));
        submit(request("again"));
        for (int attempt = 1; attempt <= 4; attempt++) {
            advance(Duration.ofSeconds(9));
            failAt(
                    "again",
                    attempt,
                    START.plusSeconds(60L * attempt),
                    failure(attempt < 4 ? FailureType.TIMEOUT : FailureType.NAVIGATION, null));
        }

        assertThat(headers(deadLetters.readRecord()))
                .containsEntry("stepfree.failure.type", "navigation")
                .containsEntry("stepfree.failure.message", "it failed")
                .containsEntry("stepfree.attempts", "4")
                .containsEntry("stepfree.first.attempt.at", "2026-01-01T00:01:00Z")
                .containsEntry("stepfree.last.attempt.at", "2026-01-01T00:04:00Z")
                .containsEntry("stepfree.origin.topic", "scan.requests")
                .containsEntry("stepfree.origin.partition", "0")
                .containsEntry("stepfree.origin.offset", "1");
    }

    @Test
    void oneAttemptIsTheFirstAndTheLast() {
        submit(request("gone"));
        failAt("gone", 1, START.plusSeconds(5), failure(FailureType.HTTP_ERROR, 404));

        assertThat(headers(deadLetters.readRecord()))
                .containsEntry("stepfree.failure.type", "http_error")
                .containsEntry("stepfree.attempts", "1")
                .containsEntry("stepfree.first.attempt.at", "2026-01-01T00:00:05Z")
                .containsEntry("stepfree.last.attempt.at", "2026-01-01T00:00:05Z")
                .containsEntry("stepfree.origin.offset", "0");
    }

    @Test
    void aHugeMessageIsCutInTheHeadersAndWholeInTheRecord() {
        // As long as a record takes, and three bytes for each character.
        String huge = "漢".repeat(100_000);
        submit(request("long"));
        failAt(
                "long",
                1,
                START,
                Failure.newBuilder(failure(FailureType.HTTP_ERROR, 404)).setMessage(huge).build());

        TestRecord<String, DeadLetter> record = deadLetters.readRecord();

        assertThat(headers(record).get("stepfree.failure.message"))
                .isEqualTo("漢".repeat(299) + "…");
        assertThat(record.headers().toArray())
                .extracting(header -> header.key().length() + header.value().length)
                .as("all headers together, in bytes")
                .satisfies(sizes ->
                        assertThat(sizes.stream().mapToInt(Integer::intValue).sum())
                                .isLessThan(2000));
        assertThat(record.value().getFailures().getLast().getFailure().getMessage())
                .isEqualTo(huge);
    }

    private void failAt(String scanId, int attempt, Instant startedAt, Failure failure) {
        outcomes.pipeInput(
                HOST,
                outcome(scanId, attempt)
                        .setStartedAt(startedAt)
                        .setEndedAt(startedAt.plusSeconds(1))
                        .setFailure(failure)
                        .build());
    }

    private static Map<String, String> headers(TestRecord<String, DeadLetter> record) {
        var texts = new LinkedHashMap<String, String>();
        StreamSupport.stream(record.headers().spliterator(), false)
                .forEach((Header header) ->
                        assertThat(
                                        texts.put(
                                                header.key(),
                                                new String(header.value(), StandardCharsets.UTF_8)))
                                .as("%s is there once", header.key())
                                .isNull());
        return texts;
    }
}
