package io.stepfree.platform.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.SampleAttempt;
import io.stepfree.schemas.scan.ScanEvent;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestIdTest {

    @Test
    void aSaneIdIsKept() {
        assertThat(RequestId.saneOr("build-42:step_7.a").value()).isEqualTo("build-42:step_7.a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "a b", "a\r\nX: y", "\u001b[31m", "${jndi:ldap://x}", "<b>", "é"})
    void anIdThatCouldDoHarmIsReplaced(String hostile) {
        assertThat(RequestId.saneOr(hostile).value()).isNotEqualTo(hostile).hasSize(36);
    }

    @Test
    void anOverlongOrMissingIdIsReplaced() {
        assertThat(RequestId.saneOr("a".repeat(65)).value()).hasSize(36);
        assertThat(RequestId.saneOr(null).value()).hasSize(36);
    }

    @Test
    void itTravelsInARecordHeaderAndReplacesAnother() {
        var headers = new RecordHeaders();
        new RequestId("first").writeTo(headers);
        new RequestId("second").writeTo(headers);

        assertThat(headers.toArray()).hasSize(1);
        assertThat(RequestId.from(headers)).contains(new RequestId("second"));
    }

    @Test
    void itIsBoundAndLoggedOnlyWhileTheWorkGoesOn() {
        RequestContext.run(
                new RequestId("abc"),
                SampleAttempt.of("scan-1"),
                () -> {
                    assertThat(RequestContext.current()).contains(new RequestId("abc"));
                    assertThat(org.slf4j.MDC.get("requestId")).isEqualTo("abc");
                    assertThat(org.slf4j.MDC.get("scanId")).isEqualTo("scan-1");
                    assertThat(org.slf4j.MDC.get("attempt")).isEqualTo("2");
                    assertThat(org.slf4j.MDC.get("client")).isEqualTo("ann");
                });

        assertThat(RequestContext.current()).isEmpty();
        assertThat(org.slf4j.MDC.get("requestId")).isNull();
        assertThat(org.slf4j.MDC.get("client")).isNull();
    }

    @Test
    void workWithinWorkLeavesTheOuterRequestAsItWas() {
        RequestContext.run(
                new RequestId("outer"),
                SampleAttempt.of("scan-1"),
                () -> {
                    RequestContext.run(
                            new RequestId("inner"),
                            () -> RequestContext.concerns(SampleAttempt.of("scan-2")));
                    assertThat(RequestContext.current()).contains(new RequestId("outer"));
                    assertThat(org.slf4j.MDC.get("requestId")).isEqualTo("outer");
                    assertThat(org.slf4j.MDC.get("scanId")).isEqualTo("scan-1");
                });
    }

    @Test
    void whatIsOfNoScanIsLoggedWithoutOne() {
        RequestContext.run(
                new RequestId("abc"),
                ScanEvent.newBuilder().setScanId("").setRequestId("").setAt(Instant.EPOCH).build(),
                () ->
                        assertThat(org.slf4j.MDC.getCopyOfContextMap())
                                .containsOnlyKeys("requestId"));
    }
}
