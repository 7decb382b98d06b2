package io.stepfree.gateway.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Many at once, and the end after the first that fails. */
final class SubmissionsTest {

    @Test
    void allAreDoneWhenItIsClosed() {
        var submissions = new Submissions(8);
        try (submissions) {
            for (int i = 0; i < 1_000; i++) {
                submissions.add(Thread::yield);
            }
        }
        assertThat(submissions.done()).isEqualTo(1_000);
        assertThat(submissions.failure()).isEmpty();
    }

    @Test
    void noMoreThanSoManyAreUnderWayAndThatMany() {
        var underWay = new AtomicInteger();
        var most = new AtomicInteger();
        var all = new CountDownLatch(4);
        var submissions = new Submissions(4);
        try (submissions) {
            for (int i = 0; i < 100; i++) {
                submissions.add(() -> {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    all.countDown();
                    await(all);
                    underWay.decrementAndGet();
                });
            }
        }
        assertThat(most).hasValue(4);
    }

    @Test
    void afterTheFirstThatFailsNoMoreIsBegunAndThoseUnderWayAreCounted() {
        var begun = new AtomicInteger();
        var released = new CountDownLatch(1);
        var submissions = new Submissions(2);
        try (submissions) {
            for (int i = 0; i < 10; i++) {
                submissions.add(begun::incrementAndGet);
            }
            submissions.add(() -> await(released));
            submissions.add(() -> {
                throw new IllegalStateException("the broker is gone");
            });
            Awaitility.await().until(submissions::failed);
            for (int i = 0; i < 10; i++) {
                submissions.add(begun::incrementAndGet);
            }
            released.countDown();
        }
        assertThat(begun).hasValue(10);
        assertThat(submissions.done()).isEqualTo(11);
        assertThat(submissions.failure())
                .hasValueSatisfying(
                        failure -> assertThat(failure).hasMessage("the broker is gone"));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
