package io.stepfree.scheduler;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.kafka.TopicListeners;
import io.stepfree.platform.streams.StreamsRunner;
import io.stepfree.platform.streams.StreamsSettings;
import io.stepfree.scheduler.capacity.WorkerCensus;
import io.stepfree.scheduler.lifecycle.DispatchLimits;
import io.stepfree.scheduler.lifecycle.SchedulerTopology;
import io.stepfree.scheduler.lifecycle.TransitionMeters;
import io.stepfree.scheduler.retry.RetryPolicy;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** Wires the scheduler. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SchedulerProperties.class)
class SchedulerConfiguration {

    @Bean
    WorkerCensus workerCensus() {
        return new WorkerCensus(Clock.systemUTC());
    }

    /** A group of its own for each instance: every scheduler must hear every worker. */
    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> signals(
            TopicListeners listeners, WorkerCensus census, ServiceIdentity identity) {
        return listeners.listener(
                Topics.OPS_SIGNALS, identity.instance() + "-signals", census::hear);
    }

    @Bean
    StreamsRunner schedulerStreams(
            AvroSerdes serdes,
            WorkerCensus census,
            SchedulerProperties properties,
            MeterRegistry meters,
            StreamsSettings settings) {
        var limits =
                new DispatchLimits(
                        census::slots,
                        properties.jobsPerSlot(),
                        properties.jobDeadline(),
                        properties.lowShare(),
                        properties.endedKept());
        var topology =
                new SchedulerTopology(
                        serdes,
                        new RetryPolicy(properties.retryDelays(), properties.longestRetryAfter()),
                        limits,
                        new TransitionMeters(meters));
        return new StreamsRunner("scan-scheduler", topology.build(), settings);
    }
}
