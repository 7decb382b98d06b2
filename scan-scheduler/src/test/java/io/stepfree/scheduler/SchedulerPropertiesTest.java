package io.stepfree.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.FailureType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

final class SchedulerPropertiesTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @Test
    void defaults() {
        runner.run(context -> {
            var properties = context.getBean(SchedulerProperties.class);
            assertThat(properties.retryDelays())
                    .isEqualTo(
                            List.of(
                                    Duration.ofSeconds(2),
                                    Duration.ofSeconds(4),
                                    Duration.ofSeconds(8)));
            assertThat(properties.jobDeadline()).isEqualTo(Duration.ofMinutes(20));
            assertThat(properties.retriesByType()).isEmpty();
            assertThat(properties.lostRetries()).isEqualTo(8);
            assertThat(properties.perHost()).isEqualTo(2);
            assertThat(properties.hostGap()).isEqualTo(Duration.ofMillis(100));
            assertThat(properties.openBound()).isEqualTo(Duration.ofDays(1));
            assertThat(properties.standbys()).isEqualTo(1);
            assertThat(properties.jobsPerSlot()).isEqualTo(2);
            assertThat(properties.lowShare()).isEqualTo(5);
            assertThat(properties.endedKept()).isEqualTo(Duration.ofDays(8));
            assertThat(properties.batchesKept()).isEqualTo(Duration.ofDays(45));
            assertThat(properties.sitePagesAtOnce()).isEqualTo(10);
            assertThat(properties.siteFetchDeadline()).isEqualTo(Duration.ofMinutes(20));
        });
    }

    @Test
    void explicitMappings() {
        runner.withPropertyValues(
                        "stepfree.scheduler.retry-delays=1s,1m",
                        "stepfree.scheduler.job-deadline=10m",
                        "stepfree.scheduler.retries-by-type.timeout=1",
                        "stepfree.scheduler.retries-by-type.http-error=0",
                        "stepfree.scheduler.lost-retries=0",
                        "stepfree.scheduler.per-host=5",
                        "stepfree.scheduler.host-gap=1s",
                        "stepfree.scheduler.open-bound=2h",
                        "stepfree.scheduler.standbys=1",
                        "stepfree.scheduler.jobs-per-slot=3",
                        "stepfree.scheduler.low-share=7",
                        "stepfree.scheduler.ended-kept=9d",
                        "stepfree.scheduler.batches-kept=90d",
                        "stepfree.scheduler.site-pages-at-once=4",
                        "stepfree.scheduler.site-fetch-deadline=5m")
                .run(context -> {
                    var properties = context.getBean(SchedulerProperties.class);
                    assertThat(properties.retryDelays())
                            .isEqualTo(List.of(Duration.ofSeconds(1), Duration.ofMinutes(1)));
                    assertThat(properties.jobDeadline()).isEqualTo(Duration.ofMinutes(10));
                    assertThat(properties.retriesByType())
                            .isEqualTo(Map.of(FailureType.TIMEOUT, 1, FailureType.HTTP_ERROR, 0));
                    assertThat(properties.lostRetries()).isZero();
                    assertThat(properties.perHost()).isEqualTo(5);
                    assertThat(properties.hostGap()).isEqualTo(Duration.ofSeconds(1));
                    assertThat(properties.openBound()).isEqualTo(Duration.ofHours(2));
                    assertThat(properties.standbys()).isEqualTo(1);
                    assertThat(properties.jobsPerSlot()).isEqualTo(3);
                    assertThat(properties.lowShare()).isEqualTo(7);
                    assertThat(properties.endedKept()).isEqualTo(Duration.ofDays(9));
                    assertThat(properties.batchesKept()).isEqualTo(Duration.ofDays(90));
                    assertThat(properties.sitePagesAtOnce()).isEqualTo(4);
                    assertThat(properties.siteFetchDeadline()).isEqualTo(Duration.ofMinutes(5));
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    retry-delays=2s,-1s | stepfree.scheduler.retry-delays has PT-1S
                    retry-delays=61m    | stepfree.scheduler.retry-delays has PT1H1M
                    job-deadline=999ms  | stepfree.scheduler.job-deadline has PT0.999S, which is not between PT1S and PT24H
                    retries-by-type.timeout=4 | stepfree.scheduler.retries-by-type has 4 for timeout; each is from 0 to 3
                    retries-by-type.lost=1 | set stepfree.scheduler.lost-retries instead
                    retries-by-type.flu=1 | flu
                    per-host=0          | must be greater than or equal to 1
                    host-gap=-1s        | stepfree.scheduler.host-gap has PT-1S
                    open-bound=0s       | stepfree.scheduler.open-bound has PT0S
                    standbys=3          | must be less than or equal to 2
                    jobs-per-slot=0     | must be greater than or equal to 1
                    jobs-per-slot=101   | must be less than or equal to 100
                    low-share=1         | must be greater than or equal to 2
                    low-share=1001      | must be less than or equal to 1000
                    ended-kept=7d       | stepfree.scheduler.ended-kept PT168H is below PT192H
                    ended-kept=-8d      | stepfree.scheduler.ended-kept PT-192H is below PT192H
                    batches-kept=29d    | stepfree.scheduler.batches-kept PT696H is below PT720H
                    ended-kept=46d      | stepfree.scheduler.batches-kept PT1080H is below ended-kept PT1104H
                    site-pages-at-once=0 | must be greater than or equal to 1
                    site-pages-at-once=101 | must be less than or equal to 100
                    site-fetch-deadline=59s | stepfree.scheduler.site-fetch-deadline has PT59S
                    """)
    void validations(String setting, String problem) {
        runner.withPropertyValues("stepfree.scheduler." + setting)
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining(problem));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(SchedulerProperties.class)
    static class Bound {}
}
