package io.stepfree.scheduler.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.scheduler.ledger.Books.Totals;
import io.stepfree.schemas.scan.ClientLedger;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BooksTest extends SchedulerTest {

    private final Map<String, ClientLedger> told = new HashMap<>();
    private long completed;
    private long dead;
    private @Nullable ClientLedger total;

    BooksTest() {
        perHost = 3;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whateverHappensTheBooksAddUpAndAgreeWithTheRows(long seed) {
        var random = new Random(seed);
        slots = 3;
        var out = new ArrayList<ScanJob>();
        int submitted = 0;
        for (int step = 0; step < 400; step++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    submit(
                            ScanRequest.newBuilder(request("scan" + submitted))
                                    .setClient("client" + submitted % 3)
                                    .setHost("host" + submitted % 7 + ".example")
                                    .build());
                    submitted++;
                }
                case 2 -> {
                    if (submitted > 0) {
                        cancel("scan" + random.nextInt(submitted));
                    }
                }
                case 3, 4 -> {
                    if (!out.isEmpty()) {
                        ScanJob job = out.remove(random.nextInt(out.size()));
                        end(job, random);
                    }
                }
                default -> advance(Duration.ofMillis(300 + random.nextInt(3_000)));
            }
            out.addAll(jobs.readValuesToList());
            read();
        }
        advance(Duration.ofSeconds(10));
        read();

        Totals totals = books.totals();
        assertThat(totals.accepted()).isEqualTo(submitted);
        assertThat(totals.accepted())
                .isEqualTo(
                        totals.completed()
                                + totals.deadLettered()
                                + totals.cancelled()
                                + totals.open());
        assertThat(books.imbalance()).hasValue(0);
        assertThat(told.values().stream().mapToLong(ClientLedger::getAccepted).sum())
                .isEqualTo(submitted);
        assertThat(total)
                .isEqualTo(
                        ClientLedger.newBuilder()
                                .setClient("")
                                .setAccepted(totals.accepted())
                                .setCompleted(totals.completed())
                                .setDeadLettered(totals.deadLettered())
                                .setCancelled(totals.cancelled())
                                .setOpen(totals.open())
                                .setWaiting(totals.waiting())
                                .setRunning(totals.running())
                                .setRetrying(totals.retrying())
                                .build());
        assertThat(told.values().stream().mapToLong(ClientLedger::getCompleted).sum())
                .isEqualTo(completed)
                .isPositive();
        assertThat(told.values().stream().mapToLong(ClientLedger::getDeadLettered).sum())
                .isEqualTo(dead)
                .isPositive();
        assertThat(told.keySet()).containsExactlyInAnyOrder("client0", "client1", "client2");
    }

    @Test
    void aRowThatVanishesUnbalancesTheBooks() {
        slots = 0;
        submit(request("a"));
        submit(request("b"));
        advance(Duration.ofSeconds(5));
        assertThat(books.imbalance()).hasValue(0);

        driver.getKeyValueStore(SchedulerTopology.SCANS).delete("a");
        advance(Duration.ofSeconds(5));

        assertThat(books.imbalance()).hasValue(1);
    }

    @Test
    void aRowThatVanishesHoldsUpNoneOfTheScansBehindIt() {
        slots = 0;
        for (String id : List.of("a", "b", "c")) {
            submit(request(id));
        }
        driver.getKeyValueStore(SchedulerTopology.SCANS).delete("a");
        slots = 1;
        advance(Duration.ofSeconds(5));

        assertOnlyTheOthersGo();
    }

    @Test
    void theRowOfARetryThatVanishesHoldsUpNothingEither() {
        submit(request("a"));
        fail("a", 1, FailureType.BROWSER_CRASH, null);
        slots = 0;
        advance(Duration.ofSeconds(5));
        driver.getKeyValueStore(SchedulerTopology.SCANS).delete("a");
        jobs.readValuesToList();
        slots = 1;
        submit(request("b"));
        submit(request("c"));
        advance(Duration.ofSeconds(5));

        assertOnlyTheOthersGo();
    }

    private void assertOnlyTheOthersGo() {
        assertThat(jobs.readValuesToList())
                .extracting(job -> job.getRequest().getScanId())
                .containsExactlyInAnyOrder("b", "c");
        assertThat(count("passed.over")).isEqualTo(1);
        assertThat(books.imbalance()).hasValue(1);
    }

    @Test
    void aScanThatIsOpenForTooLongIsToldOnceAndCountsUntilItEnds() {
        slots = 0;
        submit(request("a"));
        advance(OPEN_BOUND.minusSeconds(10));
        assertThat(kinds()).doesNotContain(EventKind.OVERDUE);

        advance(Duration.ofMinutes(5));
        assertThat(kinds()).containsOnlyOnce(EventKind.OVERDUE);
        assertThat(books.overdue()).hasValue(1);
        assertThat(count("overdue")).isEqualTo(1);

        advance(Duration.ofMinutes(5));
        assertThat(kinds()).doesNotContain(EventKind.OVERDUE);
        assertThat(books.overdue()).hasValue(1);
        cancel("a");
        advance(Duration.ofSeconds(2));
        assertThat(books.overdue()).hasValue(0);
    }

    @Test
    void whatIsNotKnownYetIsNotToldAsZero() {
        slots = 0;
        for (int i = 0; i < 150; i++) {
            submit(request("scan" + i));
        }
        assertThat(books.imbalance()).isEmpty();
        advance(Duration.ofSeconds(1));
        assertThat(books.imbalance()).as("a hundred of the rows are counted").isEmpty();
        advance(Duration.ofSeconds(2));
        assertThat(books.imbalance()).hasValue(0);
        assertThat(books.overdue()).isEmpty();
        advance(Duration.ofMinutes(2));
        assertThat(books.overdue()).hasValue(0);
        assertThat(books.partitions()).isEqualTo(1);
    }

    @Test
    void aReplayIsAcceptedOnceMoreInTheBooks() {
        submit(request("a"));
        fail("a", 1, FailureType.TLS, null);
        submit(ScanRequest.newBuilder(request("a")).setReplays(1).setEarlierAttempts(1).build());
        complete("a", 2);
        advance(Duration.ofSeconds(2));

        Totals totals = books.totals();
        assertThat(totals).isEqualTo(new Totals(2, 1, 1, 0, 0, 0, 0, 0));
    }

    private void end(ScanJob job, Random random) {
        String id = job.getRequest().getScanId();
        switch (random.nextInt(4)) {
            case 0 -> fail(id, job.getAttempt(), FailureType.TLS, null);
            case 1 -> fail(id, job.getAttempt(), FailureType.TIMEOUT, null);
            case 2 -> {
                complete(id, job.getAttempt());
                complete(id, job.getAttempt());
            }
            default -> complete(id, job.getAttempt());
        }
    }

    private void read() {
        completed += results.readValuesToList().size();
        dead += deadLetters.readValuesToList().size();
        for (var event : events.readValuesToList()) {
            if (event.getKind() == EventKind.LEDGER) {
                event.getLedger()
                        .getClients()
                        .forEach(client -> told.put(client.getClient(), client));
                total = event.getLedger().getTotal();
            }
        }
    }
}
