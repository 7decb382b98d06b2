package io.stepfree.gateway.reports;

import io.stepfree.gateway.GatewayProperties;
import io.stepfree.gateway.batches.BatchProjection;
import io.stepfree.gateway.findings.ReportOverlays;
import io.stepfree.gateway.scans.KnownScans;
import org.jdbi.v3.core.Jdbi;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the reports over HTTP. */
@Configuration(proxyBeanMethods = false)
public class ReportsConfiguration {

    @Bean
    ReportsController reportsController(
            KnownScans scans, Jdbi jdbi, ReportOverlays overlays, GatewayProperties properties) {
        Jdbi bounded = properties.bounded(jdbi);
        return new ReportsController(
                scans, new BatchReports(bounded, new BatchProjection(bounded), overlays), overlays);
    }
}
