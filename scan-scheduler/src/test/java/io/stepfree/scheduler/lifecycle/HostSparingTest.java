package io.stepfree.scheduler.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HostSparingTest extends SchedulerTest {

    HostSparingTest() {
        perHost = 2;
    }

    @Test
    void noMoreThanTwoOfAHostAreOutAtOnceAndOthersAreNotHeldUp() {
        for (String id : List.of("a", "b", "c", "d")) {
            submit(request(id));
        }
        submit(ScanRequest.newBuilder(request("other")).setHost("other.example").build());

        assertThat(dispatched()).containsExactly("a", "b", "other");
        complete("a", 1);
        assertThat(dispatched()).containsExactly("c");
        complete("b", 1);
        assertThat(dispatched()).containsExactly("d");
    }

    @Test
    void aHostThatIsOverloadedIsVisitedOneAtATimeAndThenWithPauses() {
        for (String id : List.of("a", "b", "c", "d", "e")) {
            submit(request(id));
        }
        assertThat(dispatched()).containsExactly("a", "b");
        fail("a", 1, FailureType.HTTP_ERROR, 404);
        assertThat(dispatched()).as("a page that is not there is no overload").containsExactly("c");

        advance(Duration.ofSeconds(1));
        outcomes.pipeInput(HOST, slow("b", 1));
        complete("c", 1);
        // Half of two, and a quarter back: one at a time.
        assertThat(dispatched()).containsExactly("d");
        advance(Duration.ofSeconds(1));
        outcomes.pipeInput(HOST, slow("d", 2));
        advance(Duration.ofMillis(500));
        assertThat(dispatched()).as("a pause of more than a second").isEmpty();
        advance(Duration.ofSeconds(2));
        assertThat(dispatched()).hasSize(1);
    }

    @Test
    void aHostThatRecoversGetsTwoAgain() {
        for (int i = 0; i < 12; i++) {
            submit(request("scan" + i));
        }
        advance(Duration.ofSeconds(1));
        List<ScanJob> out = jobs.readValuesToList();
        outcomes.pipeInput(HOST, slow(out.get(0).getRequest().getScanId(), 1));
        complete(out.get(1).getRequest().getScanId(), 1);
        int most = 0;
        for (int round = 0; round < 8; round++) {
            advance(Duration.ofSeconds(5));
            List<ScanJob> next = jobs.readValuesToList();
            most = Math.max(most, next.size());
            next.forEach(job -> complete(job.getRequest().getScanId(), job.getAttempt()));
        }

        assertThat(most).as("at once").isEqualTo(2);
        assertThat(results.readValuesToList()).hasSize(12);
    }

    @Test
    void aHostThatAsksForTimeIsLeftAloneByAllItsScans() {
        for (String id : List.of("a", "b", "c")) {
            submit(request(id));
        }
        assertThat(dispatched()).containsExactly("a", "b");
        advance(Duration.ofSeconds(1));
        outcomes.pipeInput(
                HOST,
                outcome("a", 1)
                        .setStartedAt(START.plusSeconds(1))
                        .setFailure(
                                askingForTime(FailureType.HTTP_ERROR, 429, Duration.ofSeconds(60)))
                        .build());
        complete("b", 1);
        advance(Duration.ofSeconds(58));
        assertThat(dispatched()).isEmpty();

        advance(Duration.ofSeconds(4));
        assertThat(dispatched()).isNotEmpty();
    }

    private List<String> dispatched() {
        return jobs.readValuesToList().stream().map(job -> job.getRequest().getScanId()).toList();
    }

    /** The outcome of a first attempt that began so many seconds after the start. */
    private static ScanAttempt slow(String scanId, int seconds) {
        return outcome(scanId, 1)
                .setStartedAt(START.plusSeconds(seconds))
                .setFailure(failure(FailureType.HTTP_ERROR, 503))
                .build();
    }
}
