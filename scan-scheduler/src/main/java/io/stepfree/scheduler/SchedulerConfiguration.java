package io.stepfree.scheduler;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.kafka.TopicListeners;
import io.stepfree.platform.streams.StreamsRunner;
import io.stepfree.platform.streams.StreamsSettings;
import io.stepfree.scheduler.capacity.WorkerCensus;
import io.stepfree.scheduler.choice.DispatchBoard;
import io.stepfree.scheduler.choice.HostLimits;
import io.stepfree.scheduler.ledger.Books;
import io.stepfree.scheduler.lifecycle.ScanTimes;
import io.stepfree.scheduler.lifecycle.SchedulerTopology;
import io.stepfree.scheduler.lifecycle.TransitionMeters;
import io.stepfree.scheduler.retry.RetryPolicy;
import io.stepfree.scheduler.site.SiteLimits;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** Wires the scheduler. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SchedulerProperties.class)
class SchedulerConfiguration {

    /**
     * A scheduler that joins others gets a partition once its copy of the stores has caught up; all
     * copies are made at once, and whether they have is looked at this often, as often as Kafka
     * Streams allows.
     */
    private static final Duration PROBING_INTERVAL = Duration.ofMinutes(1);

    @Bean
    WorkerCensus workerCensus(ServiceIdentity identity) {
        return new WorkerCensus(identity.instance(), Clock.systemUTC());
    }

    /**
     * In no group: every scheduler must hear every worker, and a group that is named after an
     * instance would be behind for ever once that is gone.
     */
    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> signals(
            TopicListeners listeners, WorkerCensus census) {
        return listeners.newsFollower(Topics.OPS_SIGNALS, "worker-census", census::hear);
    }

    @Bean
    Books books() {
        return new Books();
    }

    @Bean
    DispatchBoard dispatchBoard(WorkerCensus census, SchedulerProperties properties) {
        return new DispatchBoard(
                census::slots,
                census::dispatchedElsewhere,
                properties.jobsPerSlot(),
                properties.lowShare(),
                Topics.SCAN_REQUESTS.partitions(),
                Clock.systemUTC());
    }

    @Bean
    SchedulerGauges schedulerGauges(Books books, DispatchBoard board, MeterRegistry meters) {
        return new SchedulerGauges(books, board, meters);
    }

    @Bean
    StreamsRunner schedulerStreams(
            AvroSerdes serdes,
            DispatchBoard board,
            Books books,
            SchedulerProperties properties,
            MeterRegistry meters,
            StreamsSettings settings) {
        var topology =
                new SchedulerTopology(
                        serdes,
                        new RetryPolicy(
                                properties.retryDelays(),
                                properties.retriesByType(),
                                properties.lostRetries(),
                                properties.longestRetryAfter()),
                        new ScanTimes(
                                properties.jobDeadline(),
                                properties.openBound(),
                                properties.endedKept(),
                                properties.batchesKept()),
                        new HostLimits(
                                properties.perHost(),
                                properties.hostGap(),
                                properties.longestRetryAfter()),
                        board,
                        books,
                        new TransitionMeters(meters),
                        new SiteLimits(
                                properties.sitePagesAtOnce(),
                                properties.siteFetchDeadline(),
                                properties.endedKept()));
        return new StreamsRunner(
                "scan-scheduler",
                topology.build(),
                settings,
                Map.of(
                        StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG,
                        properties.standbys(),
                        StreamsConfig.MAX_WARMUP_REPLICAS_CONFIG,
                        Topics.SCAN_REQUESTS.partitions()
                                + Topics.SCAN_BATCHES.partitions()
                                + Topics.SITE_COMMANDS.partitions(),
                        StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG,
                        PROBING_INTERVAL.toMillis()));
    }
}
