package io.stepfree.processor.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    @Test
    void secondsAndDatesAreRead() {
        assertThat(RetryAfter.millis("120")).contains(120_000L);
        String date =
                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        Instant.now().plusSeconds(60).atOffset(ZoneOffset.UTC));
        assertThat(RetryAfter.millis(date).orElseThrow()).isBetween(50_000L, 60_000L);
    }

    @Test
    void aDateThatHasPassedIsNowAndNothingIsLongerThanADay() {
        assertThat(RetryAfter.millis("Wed, 21 Oct 2015 07:28:00 GMT")).contains(0L);
        assertThat(RetryAfter.millis("999999999")).contains(86_400_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1.5", "99999999999999"})
    void whatCannotBeReadIsNone(String header) {
        assertThat(RetryAfter.millis(header)).isEmpty();
    }
}
