package io.stepfree.scheduler.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.BatchProgress;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BatchesTest extends SchedulerTest {

    @Test
    void aBatchTellsHowManyOfItsScansAreWhere() {
        slots = 0;
        for (String id : List.of("a", "b", "c", "d")) {
            submit(member(id));
        }
        submit(request("stranger"));
        advance(Duration.ofMillis(1_100));
        assertThat(progress().getLast()).isEqualTo(counts(4, 4, 0, 0, 0, 0, 0));

        slots = 10;
        advance(Duration.ofMillis(1_100));
        complete("a", 1);
        fail("b", 1, FailureType.TLS, null);
        fail("c", 1, FailureType.TIMEOUT, null);
        advance(Duration.ofMillis(1_100));
        assertThat(progress().getLast()).isEqualTo(counts(4, 0, 1, 1, 1, 1, 0));
    }

    @Test
    void theEndOfABatchIsToldAtOnce() {
        submit(member("a"));
        events.readValuesToList();
        complete("a", 1);

        assertThat(progress()).containsExactly(counts(1, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void aBatchIsToldAtMostOnceASecond() {
        slots = 0;
        for (int i = 0; i < 100; i++) {
            submit(member("scan" + i));
        }
        advance(Duration.ofMillis(1_100));

        assertThat(progress()).hasSize(1);
    }

    @Test
    void aCancelledBatchLosesItsOpenScansAlsoThoseThatComeLater() {
        slots = 1;
        for (String id : List.of("a", "b", "c", "d")) {
            submit(member(id));
        }
        complete("a", 1);
        cancelBatch();
        submit(member("late"));
        complete("b", 1);
        advance(Duration.ofMillis(1_100));

        assertThat(results.readValuesToList())
                .extracting(result -> result.getRequest().getScanId())
                .containsExactly("a");
        assertThat(progress().getLast()).isEqualTo(counts(5, 0, 0, 0, 1, 0, 4));
    }

    @Test
    void aGreatBatchIsCancelledInPartsAndWholly() {
        slots = 0;
        for (int i = 0; i < 600; i++) {
            submit(member("scan%04d".formatted(i)));
        }
        cancelBatch();
        advance(Duration.ofMillis(1));
        assertThat(count("cancelled")).as("not all in one transaction").isLessThan(600);

        advance(Duration.ofMillis(1_500));
        assertThat(progress().getLast()).isEqualTo(counts(600, 0, 0, 0, 0, 0, 600));
    }

    @Test
    void aScanReplayedWhileItsBatchIsStillBeingCancelledIsScanned() {
        submit(member("scan9999"));
        fail("scan9999", 1, FailureType.TLS, null);
        slots = 0;
        for (int i = 0; i < 600; i++) {
            submit(member("scan%04d".formatted(i)));
        }
        cancelBatch();
        submit(replayed("scan9999"));
        advance(Duration.ofMillis(1_500));

        assertThat(progress().getLast()).isEqualTo(counts(601, 1, 0, 0, 0, 0, 600));
    }

    @Test
    void aReplayedScanOfACancelledBatchIsScanned() {
        submit(member("a"));
        fail("a", 1, FailureType.TLS, null);
        cancelBatch();
        submit(replayed("a"));
        complete("a", 2);

        assertThat(results.readValuesToList()).hasSize(1);
        assertThat(progress().getLast()).isEqualTo(counts(1, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void aReplayCountsInItsBatchAlsoWhenItsScansAreForgotten() {
        submit(member("a"));
        submit(member("b"));
        complete("a", 1);
        fail("b", 1, FailureType.TLS, null);
        advance(Duration.ofDays(10));
        try (var members = driver.getKeyValueStore(SchedulerTopology.BATCH_MEMBERS).all()) {
            assertThat(members.hasNext()).isFalse();
        }

        submit(replayed("b"));
        complete("b", 2);
        assertThat(progress().getLast()).isEqualTo(counts(2, 0, 0, 0, 2, 0, 0));
    }

    @Test
    void ofABatchThatIsForgottenNothingIsToldWhoeverAsksForIt() {
        submit(member("a"));
        fail("a", 1, FailureType.TLS, null);
        advance(BATCHES_KEPT.plusDays(3));
        assertThat(driver.getKeyValueStore(SchedulerTopology.BATCHES).get("batch-1")).isNull();
        progress();

        cancelBatch();
        submit(replayed("a"));
        complete("a", 2);
        advance(Duration.ofMillis(1_100));
        assertThat(results.readValuesToList()).hasSize(1);
        assertThat(progress()).isEmpty();
    }

    @Test
    void aBatchWithAnOpenScanIsNeverForgotten() {
        slots = 0;
        submit(member("a"));
        advance(BATCHES_KEPT.plusDays(3));
        submit(member("b"));
        advance(Duration.ofMillis(1_100));

        assertThat(progress().getLast()).isEqualTo(counts(2, 2, 0, 0, 0, 0, 0));
    }

    @Test
    void theCancelOfABatchWithoutItsNameIsKeptAside() {
        commands.pipeInput(
                "batch-1",
                ScanCommand.newBuilder()
                        .setKind(CommandKind.CANCEL_BATCH)
                        .setScanId("")
                        .setRequestId("request-cancel")
                        .setIssuedAt(START)
                        .build());

        assertThat(kept()).singleElement().asString().contains("cancels a batch without naming it");
    }

    private void cancelBatch() {
        commands.pipeInput(
                "batch-1",
                ScanCommand.newBuilder()
                        .setKind(CommandKind.CANCEL_BATCH)
                        .setScanId("")
                        .setBatchId("batch-1")
                        .setRequestId("request-cancel")
                        .setIssuedAt(START)
                        .build());
    }

    private List<BatchProgress> progress() {
        return events.readValuesToList().stream()
                .filter(event -> event.getKind() == EventKind.BATCH_PROGRESS)
                .map(ScanEvent::getBatch)
                .toList();
    }

    private static ScanRequest member(String scanId) {
        return ScanRequest.newBuilder(request(scanId)).setBatchId("batch-1").build();
    }

    /** The next life of a scan that died with its first attempt. */
    private static ScanRequest replayed(String scanId) {
        return ScanRequest.newBuilder(member(scanId)).setReplays(1).setEarlierAttempts(1).build();
    }

    private static BatchProgress counts(
            long accepted,
            long waiting,
            long running,
            long retrying,
            long completed,
            long deadLettered,
            long cancelled) {
        return BatchProgress.newBuilder()
                .setBatchId("batch-1")
                .setClient("local")
                .setAccepted(accepted)
                .setWaiting(waiting)
                .setRunning(running)
                .setRetrying(retrying)
                .setCompleted(completed)
                .setDeadLettered(deadLettered)
                .setCancelled(cancelled)
                .build();
    }
}
