package io.stepfree.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
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
            assertThat(properties.jobDeadline()).isEqualTo(Duration.ofHours(1));
            assertThat(properties.jobsPerSlot()).isEqualTo(2);
            assertThat(properties.lowShare()).isEqualTo(5);
            assertThat(properties.endedKept()).isEqualTo(Duration.ofDays(8));
        });
    }

    @Test
    void explicitMappings() {
        runner.withPropertyValues(
                        "stepfree.scheduler.retry-delays=1s,1m",
                        "stepfree.scheduler.job-deadline=10m",
                        "stepfree.scheduler.jobs-per-slot=3",
                        "stepfree.scheduler.low-share=7",
                        "stepfree.scheduler.ended-kept=7d")
                .run(context -> {
                    var properties = context.getBean(SchedulerProperties.class);
                    assertThat(properties.retryDelays())
                            .isEqualTo(List.of(Duration.ofSeconds(1), Duration.ofMinutes(1)));
                    assertThat(properties.jobDeadline()).isEqualTo(Duration.ofMinutes(10));
                    assertThat(properties.jobsPerSlot()).isEqualTo(3);
                    assertThat(properties.lowShare()).isEqualTo(7);
                    assertThat(properties.endedKept()).isEqualTo(Duration.ofDays(7));
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    retry-delays=2s,-1s | stepfree.scheduler.retry-delays has PT-1S
                    retry-delays=61m    | stepfree.scheduler.retry-delays has PT1H1M
                    job-deadline=999ms  | stepfree.scheduler.job-deadline PT0.999S is below 1s
                    jobs-per-slot=0     | must be greater than or equal to 1
                    jobs-per-slot=101   | must be less than or equal to 100
                    low-share=1         | must be greater than or equal to 2
                    low-share=1001      | must be less than or equal to 1000
                    ended-kept=6d       | stepfree.scheduler.ended-kept PT144H is below PT168H
                    ended-kept=-8d      | stepfree.scheduler.ended-kept PT-192H is below PT168H
                    """)
    void validations(String setting, String problem) {
        runner.withPropertyValues("stepfree.scheduler." + setting)
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining(problem));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(SchedulerProperties.class)
    static class Bound {}
}
