package io.stepfree.gateway.reports;

import io.stepfree.gateway.GatewayProperties;
import io.stepfree.gateway.batches.BatchProjection;
import io.stepfree.gateway.findings.ReportOverlays;
import io.stepfree.gateway.scans.KnownScans;
import io.stepfree.reporting.format.Printer;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the reports over HTTP. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PrintingProperties.class)
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
}
