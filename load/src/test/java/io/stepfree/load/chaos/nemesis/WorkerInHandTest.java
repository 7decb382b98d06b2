package io.stepfree.load.chaos.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkerInHandTest {

    @TempDir Path folder;

    @Test
    void aWorkerIsAtThePageThatItBeganLast() throws Exception {
        assertThat(
                        WorkerInHand.of(
                                log(
                                        "JobSlot : Attempt 1 at http://a/good/1",
                                        "JobSlot : Attempt 1 completed in 3 ms with 1 rules violated",
                                        "JobSlot : Attempt 2 at http://a/good/2")))
                .contains("http://a/good/2");
    }

    @Test
    void aWorkerThatIsDoneHasNothingInHand() throws Exception {
        assertThat(
                        WorkerInHand.of(
                                log(
                                        "JobSlot : Attempt 1 at http://a/good/1",
                                        "JobSlot : Attempt 1 failed in 3 ms, timeout: too long")))
                .isEmpty();
        assertThat(
                        WorkerInHand.of(
                                log(
                                        "JobSlot : Attempt 1 at http://a/good/1",
                                        "JobSlot : A job was dropped, it comes back by itself: x")))
                .isEmpty();
        assertThat(WorkerInHand.of(folder.resolve("none"))).isEmpty();
    }

    private Path log(String... lines) throws IOException {
        return Files.writeString(folder.resolve("worker.log"), String.join("\n", lines) + "\n");
    }
}
