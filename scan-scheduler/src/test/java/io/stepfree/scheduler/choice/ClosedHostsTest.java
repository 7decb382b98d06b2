package io.stepfree.scheduler.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.scheduler.choice.WaitingKey.Lane;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * While all hosts of a client are closed, they are not looked at again and again: that is what a
 * decision would cost the more, the more hosts have scans waiting.
 */
final class ClosedHostsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration GAP = Duration.ofMillis(300);
    private static final int HOSTS = 20;

    private final ChoiceStores stores = new ChoiceStores();
    private final HostGates gates =
            new HostGates(stores.hosts(), new HostLimits(1, GAP, Duration.ofMinutes(10)));
    private final WaitingScans waiting = new WaitingScans(counting(stores.waiting()));
    private int looks;

    @BeforeEach
    void letTwoScansWaitForEachHostAndCloseThemAll() {
        for (int host = 0; host < HOSTS; host++) {
            waiting.add(key(host, "first"));
            waiting.add(key(host, "second"));
        }
        for (int host = 0; host < HOSTS; host++) {
            WaitingKey chosen = next(NOW).orElseThrow();
            waiting.take(chosen);
            gates.sent(chosen.host(), NOW);
        }
        assertThat(next(NOW)).as("all are closed").isEmpty();
        looks = 0;
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void whatIsClosedIsNotLookedAtAgain() {
        assertThat(next(NOW)).isEmpty();
        assertThat(waiting.clients(Lane.HIGH, NOW)).isEmpty();
        assertThat(looks).isZero();
    }

    @Test
    void aHostThatOpensIsFoundAtOnce() {
        open(7);
        assertThat(next(NOW.plus(GAP))).map(WaitingKey::scanId).contains("7-second");
    }

    @Test
    void aScanOfAHostThatIsOpenIsFoundAtOnce() {
        waiting.add(key(HOSTS, "first"));
        assertThat(next(NOW)).map(WaitingKey::scanId).contains(HOSTS + "-first");
    }

    @Test
    void aScanMoreOfAClosedHostChangesNothing() {
        waiting.add(key(3, "third"));
        assertThat(next(NOW)).isEmpty();
        assertThat(looks).isZero();
    }

    @Test
    void aHostThatOnlyTimeOpensIsFoundWhenItHasPassed() {
        open(7);
        assertThat(next(NOW)).as("its gap has not passed").isEmpty();
        assertThat(next(NOW.plus(GAP).minusMillis(1))).isEmpty();
        assertThat(next(NOW.plus(GAP))).map(WaitingKey::scanId).contains("7-second");
    }

    @Test
    void afterAStepBackOfTheClockEverythingIsLookedAtAgain() {
        next(NOW.minusSeconds(3_600));
        assertThat(looks).isPositive();
    }

    private void open(int host) {
        gates.returned(host(host));
        waiting.opened(host(host));
    }

    private Optional<WaitingKey> next(Instant now) {
        return waiting.next(Lane.HIGH, "client", gates, now);
    }

    private static WaitingKey key(int host, String scan) {
        return new WaitingKey(Lane.HIGH, "client", host(host), NOW, host + "-" + scan);
    }

    private static String host(int number) {
        return "host-%02d.example".formatted(number);
    }

    @SuppressWarnings("unchecked")
    private KeyValueStore<String, String> counting(KeyValueStore<String, String> store) {
        return (KeyValueStore<String, String>)
                Proxy.newProxyInstance(
                        KeyValueStore.class.getClassLoader(),
                        new Class<?>[] {KeyValueStore.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("range")) {
                                looks++;
                            }
                            try {
                                return method.invoke(store, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getTargetException();
                            }
                        });
    }
}
