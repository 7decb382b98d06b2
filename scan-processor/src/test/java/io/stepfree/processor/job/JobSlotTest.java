package io.stepfree.processor.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class JobSlotTest {

    @Test
    void anErrorEndsTheWaitForAnOutcome() {
        var outcome = new CompletableFuture<String>();
        var error = new StackOverflowError("deep");
        JobSlot.tell(
                outcome,
                () -> {
                    throw error;
                });
        assertThat(outcome.exceptionNow()).isSameAs(error);
    }

    @Test
    void aSlotCountsOnlyWhileItIsInTheGroup() {
        var load = new WorkerLoad(2, Map::of);
        assertThat(load.slots()).isZero();
        load.joined();
        assertThat(load.slots()).isEqualTo(1);
        load.left();
        assertThat(load.slots()).isZero();
    }
}
