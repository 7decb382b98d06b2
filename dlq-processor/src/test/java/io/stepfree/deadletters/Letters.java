package io.stepfree.deadletters;

import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.DeathCause;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/** Scans that die, and what an operator orders of them, as they come over the topics. */
final class Letters {

    private Letters() {}

    /**
     * @param replays how often the scan had been replayed before
     */
    static ScanRequest request(String host, int replays, String scanId) {
        return ScanRequest.newBuilder()
                .setScanId(scanId)
                .setRequestId("req-" + scanId)
                .setClient("team-a")
                .setUrl("https://" + host + "/")
                .setHost(host)
                .setPriority(Priority.HIGH)
                .setOptions(ScanOptions.newBuilder().build())
                .setSubmittedAt(now())
                .setReplays(replays)
                .build();
    }

    /** The life that the request begins, dead after one attempt. */
    static DeadLetter of(ScanRequest request) {
        return DeadLetter.newBuilder()
                .setRequest(request)
                .setFailures(
                        List.of(
                                AttemptFailure.newBuilder()
                                        .setAttempt(request.getEarlierAttempts() + 1)
                                        .setWorker("scan-processor-1")
                                        .setStartedAt(now())
                                        .setFailedAt(now())
                                        .setFailure(
                                                Failure.newBuilder()
                                                        .setType(FailureType.TIMEOUT)
                                                        .setMessage("It took too long.")
                                                        .build())
                                        .build()))
                .setCause(DeathCause.ATTEMPTS_USED_UP)
                .setDiedAt(now())
                .build();
    }

    /** By ada, because the site is back. */
    static OperatorCommand.Builder order(OperatorCommandKind kind) {
        return OperatorCommand.newBuilder()
                .setCommandId(UUID.randomUUID().toString())
                .setRequestId(UUID.randomUUID().toString())
                .setKind(kind)
                .setOrderedBy("ada")
                .setReason("the site is back")
                .setOrderedAt(Instant.parse("2026-11-22T10:00:00Z"));
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
