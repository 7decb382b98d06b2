package io.stepfree.scheduler.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TurnsTest extends SchedulerTest {

    @Test
    void aClientWithAThousandScansDelaysTheFiveOfAnotherByAtMostOne() {
        slots = 0;
        for (int i = 0; i < 1_000; i++) {
            submit(of("busy", "busy" + i, "host" + i % 50 + ".example"));
        }
        for (int i = 0; i < 5; i++) {
            submit(of("small", "small" + i, "small" + i + ".example"));
        }
        slots = 1;
        List<String> order = workThrough(20);

        assertThat(order).hasSize(20);
        assertThat(order.indexOf("small4")).as("%s", order).isLessThanOrEqualTo(5);
        assertThat(order.subList(6, 20)).allMatch(id -> id.startsWith("busy"));
    }

    @Test
    void aClientThatComesLaterGoesBeforeOneThatWasServedLong() {
        slots = 1;
        for (int i = 0; i < 200; i++) {
            submit(of("busy", "busy" + i, "host" + i + ".example"));
        }
        workThrough(50);
        for (int i = 0; i < 5; i++) {
            submit(of("small", "small" + i, "small" + i + ".example"));
        }
        List<String> order = workThrough(12);

        // Two are out already when they come: two a slot.
        assertThat(order.indexOf("small4")).as("%s", order).isLessThanOrEqualTo(2 + 5);
    }

    @Test
    void theHostsOfAClientTakeTurns() {
        slots = 0;
        for (int i = 0; i < 9; i++) {
            submit(of("one", "scan" + i, "host" + i / 3 + ".example"));
        }
        slots = 1;

        assertThat(workThrough(9))
                .containsExactly(
                        "scan0", "scan3", "scan6", "scan1", "scan4", "scan7", "scan2", "scan5",
                        "scan8");
    }

    @Test
    void aRetryWhoseMomentHasComeWaitsForNobody() {
        slots = 1;
        submit(of("one", "retried", "flaky.example"));
        for (int i = 0; i < 100; i++) {
            submit(of("one", "other" + i, "host" + i + ".example"));
        }
        assertThat(jobs.readValue().getRequest().getScanId()).isEqualTo("retried");
        outcomes.pipeInput(
                HOST, outcome("retried", 1).setFailure(failure(FailureType.TIMEOUT, null)).build());
        jobs.readValuesToList();
        advance(Duration.ofMillis(1_900));
        assertThat(jobs.isEmpty()).as("every place is taken by others that do not end").isTrue();

        advance(Duration.ofMillis(350));

        assertThat(jobs.readValuesToList())
                .singleElement()
                .satisfies(job -> assertThat(job.getAttempt()).isEqualTo(2));
    }

    @Test
    void aScanOfWhichNothingIsHeardKeepsItsAttempts() {
        submit(request("a"));
        advance(DEADLINE.plusSeconds(1));
        advance(Duration.ofSeconds(3));
        int attempt = 2;
        for (int seconds : new int[] {2, 4, 8}) {
            fail("a", attempt, FailureType.TIMEOUT, null);
            advance(Duration.ofSeconds(seconds).plusMillis(200));
            attempt++;
        }

        assertThat(jobs.readValuesToList())
                .extracting(ScanJob::getAttempt)
                .containsExactly(1, 2, 3, 4, 5);
        assertThat(deadLetters.isEmpty()).isTrue();
        complete("a", 5);
        assertThat(results.readValuesToList()).hasSize(1);
    }

    /** Takes jobs one after the other and completes each; tells the order. */
    private List<String> workThrough(int atMost) {
        advance(Duration.ofMillis(100));
        var order = new ArrayList<String>();
        while (order.size() < atMost && !jobs.isEmpty()) {
            ScanJob job = jobs.readValue();
            order.add(job.getRequest().getScanId());
            complete(job.getRequest().getScanId(), job.getAttempt());
        }
        return order;
    }

    private static ScanRequest of(String client, String scanId, String host) {
        return ScanRequest.newBuilder(request(scanId)).setClient(client).setHost(host).build();
    }
}
