package io.stepfree.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class RecollectionTest {

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger readings = new AtomicInteger();
    private volatile boolean down;

    private final Recollection<String, Integer> recollection =
            new Recollection<>(this::read, value -> value == 99, Duration.ofHours(4), now::get);

    private int read(String what) {
        if (down) {
            throw new IllegalStateException("down");
        }
        return what.equals("lasting") ? 99 : readings.incrementAndGet();
    }

    @Test
    void whatWasJustReadIsNotReadAgain() {
        assertThat(recollection.ask("a")).isEqualTo(1);
        later(Recollection.FRESH.minusMillis(1));
        assertThat(recollection.ask("a")).isEqualTo(1);
        assertThat(readings).hasValue(1);
    }

    @Test
    void whatIsABitOlderServesWhileItIsReadAgain() {
        assertThat(recollection.ask("a")).isEqualTo(1);
        later(Recollection.FRESH);

        assertThat(recollection.ask("a")).isEqualTo(1);

        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(recollection.ask("a")).isEqualTo(2));
    }

    @Test
    void whatIsOlderThanThatIsReadAgainFirst() {
        assertThat(recollection.ask("a")).isEqualTo(1);
        later(Recollection.SERVES);

        assertThat(recollection.ask("a")).isEqualTo(2);
    }

    @Test
    void whileItCannotBeReadWhatWasKnownHolds() {
        assertThat(recollection.ask("a")).isEqualTo(1);
        down = true;
        later(Duration.ofHours(3));

        assertThat(recollection.ask("a")).isEqualTo(1);

        later(Duration.ofHours(1));
        assertThatThrownBy(() -> recollection.ask("a")).hasMessage("down");
        assertThatThrownBy(() -> recollection.ask("b")).hasMessage("down");
        down = false;
        assertThat(recollection.ask("b")).isEqualTo(2);
    }

    @Test
    void whatDoesNotChangeIsReadOnce() {
        assertThat(recollection.ask("lasting")).isEqualTo(99);
        down = true;
        later(Duration.ofHours(3));

        assertThat(recollection.ask("lasting")).isEqualTo(99);
    }

    @Test
    void whatIsForgottenIsReadAgainAlsoWhenAnOlderReadingEndsLater() throws Exception {
        var begun = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var value = new AtomicInteger(1);
        var slow =
                new Recollection<String, Integer>(
                        _ -> {
                            int read = value.get();
                            begun.countDown();
                            try {
                                go.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            return read;
                        },
                        _ -> false,
                        Duration.ofHours(4),
                        now::get);
        Thread asking = Thread.ofVirtual().start(() -> slow.ask("a"));
        begun.await();

        value.set(2);
        slow.forget("a");
        go.countDown();
        asking.join();

        assertThat(slow.ask("a")).isEqualTo(2);
    }

    private void later(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
