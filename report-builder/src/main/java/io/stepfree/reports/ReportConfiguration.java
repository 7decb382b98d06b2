package io.stepfree.reports;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.database.DatabaseConfiguration;
import io.stepfree.platform.database.SchemaMigration;
import io.stepfree.platform.erasure.ErasureOrders;
import io.stepfree.platform.kafka.ReaderGroups;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.kafka.TopicListeners;
import io.stepfree.reports.erasure.ClientFindings;
import io.stepfree.reports.erasure.ClientScans;
import io.stepfree.reports.erasure.ClientSites;
import io.stepfree.reports.erasure.ClientTrends;
import io.stepfree.reports.flushing.ReportFlushing;
import io.stepfree.reports.flushing.UnflushedReports;
import io.stepfree.reports.keeping.ReportKeeping;
import io.stepfree.reports.keeping.Retention;
import io.stepfree.reports.keeping.ScanRemoval;
import io.stepfree.reports.publication.ReportMeters;
import io.stepfree.reports.publication.ReportPublication;
import io.stepfree.reports.publication.ReportStore;
import io.stepfree.reports.relook.Relooks;
import io.stepfree.reports.shelf.ReportShelf;
import io.stepfree.reports.shelf.ShelfConfiguration;
import io.stepfree.reports.status.BatchStore;
import io.stepfree.reports.status.LeftScans;
import io.stepfree.reports.status.SiteProjection;
import io.stepfree.reports.status.StatusProjection;
import io.stepfree.reports.status.StatusStore;
import io.stepfree.reports.trends.TrendKeeping;
import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** Wires the two readers of this service: results become reports, events become states. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    ReportProperties.class,
    TrendProperties.class,
    RelookProperties.class
})
@Import({DatabaseConfiguration.class, ShelfConfiguration.class})
public class ReportConfiguration {

    @Bean
    SchemaMigration schemaMigration() {
        return new SchemaMigration("reports");
    }

    @Bean
    Relooks relooks(
            Jdbi jdbi,
            RelookProperties properties,
            RecordPublisher publisher,
            MeterRegistry meters) {
        return new Relooks(jdbi, properties.perHour(), publisher, meters, InstantSource.system());
    }

    @Bean
    UnflushedReports unflushedReports() {
        return new UnflushedReports(UUID.randomUUID());
    }

    @Bean(initMethod = "start")
    ReportFlushing reportFlushing(
            Jdbi jdbi, UnflushedReports unflushed, ReportShelf shelf, MeterRegistry meters) {
        return new ReportFlushing(jdbi, unflushed, shelf, meters);
    }

    @Bean
    ReportPublication reportPublication(
            ReportShelf shelf,
            Jdbi jdbi,
            UnflushedReports unflushed,
            Relooks relooks,
            RecordPublisher publisher,
            MeterRegistry meters) {
        return new ReportPublication(
                shelf,
                new ReportStore(jdbi, unflushed),
                relooks,
                publisher,
                new ReportMeters(meters),
                Clock.systemUTC());
    }

    @Bean
    LeftScans leftScans(RecordPublisher publisher) {
        return new LeftScans(publisher, InstantSource.system());
    }

    @Bean
    StatusProjection statusProjection(Jdbi jdbi, LeftScans left) {
        return new StatusProjection(new StatusStore(jdbi), new BatchStore(jdbi), left);
    }

    @Bean
    ScanRemoval scanRemoval(ReportShelf shelf) {
        return new ScanRemoval(shelf);
    }

    @Bean(initMethod = "start")
    ReportKeeping reportKeeping(
            Jdbi jdbi, ScanRemoval removal, ReportProperties properties, MeterRegistry meters) {
        return new ReportKeeping(
                jdbi,
                removal,
                new Retention(properties.keep(), properties.keepOf()),
                meters,
                InstantSource.system());
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> erasures(
            TopicListeners listeners,
            Jdbi jdbi,
            ScanRemoval removal,
            ReportShelf shelf,
            LeftScans left,
            MeterRegistry meters) {
        return listeners.listenerThatTakesItsTime(
                Topics.OPS_COMMANDS,
                "report-builder-erasures",
                new ErasureOrders(
                        jdbi,
                        "reports",
                        List.of(
                                new ClientSites(left),
                                new ClientScans(removal, shelf, left),
                                new ClientTrends(),
                                new ClientFindings()),
                        meters));
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> resultListener(
            TopicListeners listeners, ReportPublication publication) {
        var listener =
                listeners.batchListener(Topics.SCAN_RESULTS, "report-builder-results", publication);
        // One waits for the disk while the other one waits for the database.
        listener.setConcurrency(2);
        return listener;
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> eventListener(
            TopicListeners listeners, StatusProjection projection) {
        return listeners.batchListener(
                Topics.SCAN_EVENTS, ReaderGroups.STATUS_PROJECTION, projection);
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> siteListener(
            TopicListeners listeners, Jdbi jdbi, LeftScans left) {
        return listeners.listener(
                Topics.SITE_EVENTS,
                "report-builder-sites",
                new SiteProjection(jdbi, left::cancelSite));
    }

    @Bean(initMethod = "start")
    TrendKeeping trendKeeping(Jdbi jdbi, TrendProperties properties) {
        return new TrendKeeping(jdbi, properties.every());
    }
}
