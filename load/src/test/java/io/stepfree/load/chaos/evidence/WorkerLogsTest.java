package io.stepfree.load.chaos.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.load.chaos.evidence.Evidence.TakenJob;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkerLogsTest {

    private static final String LINE =
            "2026-11-24T23:39:34.500Z  INFO 31001 --- [scan-processor] [    scan-slot-1] [chaos-k000048-7] [%s] [1] [local] io.stepfree.processor.job.JobSlot        : %s\n";
    private static final String SCAN = "01a20fec-34ef-7637-b736-5fa921360f4e";

    @TempDir Path folder;

    @Test
    void aJobThatWasBegunOrCameTooLateWasTaken() throws Exception {
        Path log =
                Files.writeString(
                        folder.resolve("worker.log"),
                        LINE.formatted(SCAN, "Attempt 1 at http://127.0.0.2:38843/good/k000048-7")
                                + LINE.formatted(
                                        SCAN,
                                        "Attempt 1 completed in 3133 ms with 1 rules violated")
                                + LINE.formatted(
                                        SCAN,
                                        "Attempt 2 came after its deadline 2026-11-24T23:39:34Z, nobody waits for it any more"));

        assertThat(WorkerLogs.taken(log))
                .containsExactly(new TakenJob(SCAN, 1), new TakenJob(SCAN, 2));
    }

    @Test
    void halfALineOfAKilledWorkerIsNoJob() throws Exception {
        Path log =
                Files.writeString(
                        folder.resolve("worker.log"), LINE.formatted(SCAN, "Attempt 1").strip());

        assertThat(WorkerLogs.taken(log)).isEmpty();
    }
}
