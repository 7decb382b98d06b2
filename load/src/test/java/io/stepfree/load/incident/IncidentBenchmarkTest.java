package io.stepfree.load.incident;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.load.measure.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IncidentBenchmarkTest {

    private static final String FIRED = "FIRED: scans-failing (warning): 90 % failed";
    private static final String WORSE = "ESCALATED: scans-failing (error): 90 % failed";
    private static final String OVER = "RESOLVED: scans-failing (error): It is over";

    @Test
    void oneBeginningOneStepUpAndOneEndAreAsTheyShouldBe() {
        assertThat(broken(2, FIRED, OVER)).isEmpty();
        assertThat(broken(2, FIRED, WORSE, OVER)).isEmpty();
    }

    @Test
    void whatIsToldTwiceBreaksABound() {
        assertThat(broken(2, FIRED, FIRED, OVER)).singleElement().asString().contains("alerts");
        assertThat(broken(2, FIRED, OVER, OVER)).singleElement().asString().contains("resolves");
        assertThat(broken(2, FIRED, WORSE, WORSE, OVER))
                .singleElement()
                .asString()
                .contains("other_messages");
    }

    @Test
    void anAlertProcessorThatWasNotKilledOrDiedByItselfProvesNothing() {
        assertThat(broken(1, FIRED, OVER)).singleElement().asString().contains("starts");
        assertThat(broken(3, FIRED, OVER)).singleElement().asString().contains("starts");
    }

    private static List<String> broken(int starts, String... messages) {
        return new Outcome(
                        "incident",
                        IncidentBenchmark.told(List.of(messages), starts),
                        IncidentBenchmark.TOLD)
                .broken();
    }
}
