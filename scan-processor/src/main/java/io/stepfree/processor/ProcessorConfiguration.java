package io.stepfree.processor;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.kafka.ClientSettings;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.kafka.RecordReaders;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.processor.browser.BrowserLimits;
import io.stepfree.processor.browser.BrowserMeters;
import io.stepfree.processor.browser.BrowserProbe;
import io.stepfree.processor.browser.BrowserPrograms;
import io.stepfree.processor.browser.BrowserRecovery;
import io.stepfree.processor.browser.BrowserStartException;
import io.stepfree.processor.browser.ChromeLauncher;
import io.stepfree.processor.browser.SharedBrowser;
import io.stepfree.processor.egress.EgressProperties;
import io.stepfree.processor.egress.EgressProxy;
import io.stepfree.processor.egress.NameResolver;
import io.stepfree.processor.job.DocumentWorker;
import io.stepfree.processor.job.JobWorker;
import io.stepfree.processor.job.WorkerLoad;
import io.stepfree.processor.scan.PageScanner;
import io.stepfree.processor.scan.ScanProperties;
import io.stepfree.processor.site.SiteReader;
import io.stepfree.schemas.topic.Topics;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/**
 * Wires the worker: the jobs come in through the share group, the browser is shared by all slots.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    BrowserProperties.class,
    EgressProperties.class,
    ScanProperties.class
})
public class ProcessorConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessorConfiguration.class);

    @Bean
    SharedBrowser sharedBrowser(BrowserProperties properties, MeterRegistry meters) {
        BrowserPrograms programs = BrowserPrograms.find(properties.binary(), properties.driver());
        var browser =
                new SharedBrowser(
                        new ChromeLauncher(programs, properties.sandbox()),
                        new BrowserLimits(
                                properties.scansPerBrowser(),
                                properties.maxMemory().toBytes(),
                                properties.maxCores(),
                                properties.healthInterval()),
                        new BrowserMeters(meters));
        // It takes about a second, in which the rest of the service can start too.
        Thread.ofVirtual().name("first-browser").start(() -> startFirst(browser));
        return browser;
    }

    private static void startFirst(SharedBrowser browser) {
        try {
            browser.prepare();
        } catch (BrowserStartException | InterruptedException | RuntimeException e) {
            LOG.debug("The worker's start tries again, and tells what is wrong", e);
        }
    }

    @Bean
    EgressProxy egressProxy(
            TargetPolicy policy, EgressProperties properties, MeterRegistry meters) {
        return new EgressProxy(policy, properties, NameResolver.SYSTEM, meters);
    }

    @Bean
    PageScanner pageScanner(
            SharedBrowser browser,
            EgressProxy egress,
            SecretSealer sealer,
            JsonMapper mapper,
            ScanProperties properties) {
        return new PageScanner(browser, egress, sealer, mapper, properties);
    }

    @Bean
    BrowserRecovery browserRecovery(SharedBrowser browser) {
        return new BrowserRecovery(browser);
    }

    @Bean
    BrowserProbe browserProbe(SharedBrowser browser) {
        return new BrowserProbe(browser::isServing, InstantSource.system());
    }

    @Bean
    WorkerLoad workerLoad(BrowserProperties properties, SharedBrowser browser) {
        return new WorkerLoad(properties.slots(), browser::gauges);
    }

    @Bean(initMethod = "start")
    JobWorker jobWorker(
            ClientSettings clients,
            RecordReaders readers,
            RecordPublisher publisher,
            PageScanner scanner,
            ServiceIdentity identity,
            WorkerLoad load,
            MeterRegistry meters) {
        return new JobWorker(
                clients.common(),
                readers.reader(Topics.SCAN_JOBS),
                publisher,
                scanner,
                identity,
                load,
                meters);
    }

    @Bean(initMethod = "start")
    DocumentWorker documentWorker(
            ClientSettings clients,
            RecordReaders readers,
            RecordPublisher publisher,
            EgressProxy egress) {
        return new DocumentWorker(
                clients.common(),
                readers.reader(Topics.SITE_FETCHES),
                publisher,
                new SiteReader(egress));
    }
}
