package io.stepfree.gateway.reports;

import io.stepfree.gateway.GatewayProperties;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.batches.BatchProjection;
import io.stepfree.gateway.findings.ReportOverlays;
import io.stepfree.gateway.limits.RequestRates;
import io.stepfree.gateway.scans.KnownScans;
import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.platform.bucket.BucketKeyProperties;
import io.stepfree.platform.bucket.BucketLinks;
import io.stepfree.platform.bucket.BucketProperties;
import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.reporting.format.Printer;
import java.time.InstantSource;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the reports over HTTP. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    BucketProperties.class,
    BucketKeyProperties.class,
    PrintingProperties.class
})
public class ReportsConfiguration {

    @Bean
    ReportsController reportsController(
            KnownScans scans,
            Jdbi jdbi,
            ReportOverlays overlays,
            GatewayProperties properties,
            Printer printer) {
        Jdbi bounded = properties.bounded(jdbi);
        return new ReportsController(
                scans,
                new BatchReports(bounded, new BatchProjection(bounded), overlays),
                overlays,
                printer);
    }

    @Bean
    Printer printer(PrintingProperties properties) {
        return properties.printer();
    }

    @Bean
    LinkKeys linkKeys(Jdbi jdbi, GatewaySchema schema, GatewayProperties properties) {
        return new LinkKeys(properties.bounded(jdbi), schema);
    }

    @Bean
    ErasableStore erasableLinkKeys() {
        return LinkKeys.erasable();
    }

    @Bean
    @Nullable BucketLinks bucketLinks(BucketProperties properties, BucketKeyProperties key) {
        return properties.isSet() ? BucketLinks.open(properties, key) : null;
    }

    @Bean
    ReportLinks reportLinks(KnownScans scans, LinkKeys keys, ObjectProvider<BucketLinks> bucket) {
        return new ReportLinks(scans, keys, bucket.getIfAvailable(), InstantSource.system());
    }

    @Bean
    LinksController linksController(JsonBody bodies, ReportLinks links) {
        return new LinksController(bodies, links);
    }

    @Bean
    SharedReportsController sharedReportsController(
            ReportLinks links, ReportsController reports, RequestRates rates) {
        return new SharedReportsController(links, reports, rates);
    }
}
