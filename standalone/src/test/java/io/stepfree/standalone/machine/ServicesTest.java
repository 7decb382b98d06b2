package io.stepfree.standalone.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.boot.CannotStartException;
import org.junit.jupiter.api.Test;

class ServicesTest {

    @Test
    void theSentenceOfAServiceThatCannotStartIsToldAndNotWhatIsBelowIt() {
        var sentence =
                new CannotStartException(
                        "no browser starts: install chromium",
                        new IllegalStateException("session not created"));
        assertThat(Services.reason(new IllegalStateException("bean x", sentence)))
                .isEqualTo("no browser starts: install chromium");
    }

    @Test
    void otherwiseTheFirstLineOfTheDeepestCauseIsTold() {
        var deepest = new IllegalArgumentException("the port is in use.\nat line 2");
        assertThat(Services.reason(new IllegalStateException("bean x", deepest)))
                .isEqualTo("the port is in use");
    }
}
