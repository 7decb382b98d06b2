package io.stepfree.schemas.topic;

import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.ServiceSignal;
import io.stepfree.schemas.scan.BatchStep;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.SiteCommand;
import io.stepfree.schemas.scan.SiteDocument;
import io.stepfree.schemas.scan.SiteFetch;
import io.stepfree.schemas.scan.SitePage;
import io.stepfree.schemas.scan.SiteProgress;
import java.time.Duration;
import java.util.List;

/** The topic catalogue. Topics are created from it and from nothing else. */
public final class Topics {

    public static final Topic<ScanCommand> SCAN_REQUESTS =
            new Topic<>(
                    "scan.requests",
                    Topic.Key.HOST,
                    ScanCommand.class,
                    12,
                    Duration.ofDays(7),
                    false,
                    "ingest-gateway, dlq-processor, report-builder, scan-scheduler",
                    "scan-scheduler");

    /**
     * One partition, because members of a share group are spread over partitions and those of a
     * drained one idle; a single partition serves up to 2,000 record locks.
     */
    public static final Topic<ScanJob> SCAN_JOBS =
            new Topic<>(
                    "scan.jobs",
                    Topic.Key.NONE,
                    ScanJob.class,
                    1,
                    Duration.ofDays(1),
                    false,
                    "scan-scheduler",
                    "scan-processor");

    public static final Topic<ScanAttempt> SCAN_ATTEMPTS =
            new Topic<>(
                    "scan.attempts",
                    Topic.Key.HOST,
                    ScanAttempt.class,
                    12,
                    Duration.ofDays(1),
                    false,
                    "scan-processor",
                    "scan-scheduler, alert-processor");

    public static final Topic<ScanResult> SCAN_RESULTS =
            new Topic<>(
                    "scan.results",
                    Topic.Key.HOST,
                    ScanResult.class,
                    12,
                    Duration.ofDays(7),
                    false,
                    "scan-scheduler",
                    "report-builder, alert-processor");

    public static final Topic<DeadLetter> SCAN_DEAD_LETTERS =
            new Topic<>(
                    "scan.dead-letters",
                    Topic.Key.HOST,
                    DeadLetter.class,
                    12,
                    Duration.ofDays(30),
                    false,
                    "scan-scheduler",
                    "dlq-processor, alert-processor");

    public static final Topic<ScanEvent> SCAN_EVENTS =
            new Topic<>(
                    "scan.events",
                    Topic.Key.SCAN_ID,
                    ScanEvent.class,
                    12,
                    Duration.ofDays(3),
                    false,
                    "scan-scheduler, report-builder",
                    "report-builder, dlq-processor, ingest-gateway, alert-processor");

    /**
     * From one step of the scheduler to the next: a batch has scans of many hosts. Kept as long as
     * requests, since nothing mends a batch that missed a step while no scheduler ran.
     */
    public static final Topic<BatchStep> SCAN_BATCHES =
            new Topic<>(
                    "scan.batches",
                    Topic.Key.BATCH,
                    BatchStep.class,
                    12,
                    Duration.ofDays(7),
                    false,
                    "scan-scheduler",
                    "scan-scheduler");

    /**
     * Few, because a site is seldom ordered and slowly explored. The same for all that tell of one.
     */
    private static final int SITE_PARTITIONS = 3;

    public static final Topic<SiteCommand> SITE_COMMANDS =
            new Topic<>(
                    "site.commands",
                    Topic.Key.SITE,
                    SiteCommand.class,
                    SITE_PARTITIONS,
                    Duration.ofDays(7),
                    false,
                    "ingest-gateway, report-builder",
                    "scan-scheduler");

    /** One partition, as {@link #SCAN_JOBS}: its readers are a share group. */
    public static final Topic<SiteFetch> SITE_FETCHES =
            new Topic<>(
                    "site.fetches",
                    Topic.Key.NONE,
                    SiteFetch.class,
                    1,
                    Duration.ofDays(1),
                    false,
                    "scan-scheduler",
                    "scan-processor");

    public static final Topic<SiteDocument> SITE_DOCUMENTS =
            new Topic<>(
                    "site.documents",
                    Topic.Key.SITE,
                    SiteDocument.class,
                    SITE_PARTITIONS,
                    Duration.ofDays(7),
                    false,
                    "scan-processor",
                    "scan-scheduler");

    /** From one step of the scheduler to the next: a site may have pages of several hosts. */
    public static final Topic<SitePage> SITE_PAGES =
            new Topic<>(
                    "site.pages",
                    Topic.Key.SITE,
                    SitePage.class,
                    SITE_PARTITIONS,
                    Duration.ofDays(7),
                    false,
                    "scan-scheduler",
                    "scan-scheduler");

    public static final Topic<SiteProgress> SITE_EVENTS =
            new Topic<>(
                    "site.events",
                    Topic.Key.SITE,
                    SiteProgress.class,
                    SITE_PARTITIONS,
                    Duration.ofDays(3),
                    false,
                    "scan-scheduler",
                    "report-builder");

    public static final Topic<ServiceSignal> OPS_SIGNALS =
            new Topic<>(
                    "ops.signals",
                    Topic.Key.SERVICE_INSTANCE,
                    ServiceSignal.class,
                    3,
                    Duration.ofDays(1),
                    true,
                    "every service",
                    "scan-scheduler, alert-processor");

    public static final Topic<Alert> OPS_ALERTS =
            new Topic<>(
                    "ops.alerts",
                    Topic.Key.ALERT,
                    Alert.class,
                    3,
                    Duration.ofDays(30),
                    false,
                    "alert-processor",
                    "alert-processor (its notifier), ingest-gateway");

    public static final Topic<OperatorCommand> OPS_COMMANDS =
            new Topic<>(
                    "ops.commands",
                    Topic.Key.SERVICE,
                    OperatorCommand.class,
                    3,
                    Duration.ofDays(7),
                    false,
                    "ingest-gateway",
                    "dlq-processor, alert-processor, report-builder, ingest-gateway");

    private static final List<Topic<?>> ALL =
            List.of(
                    SCAN_REQUESTS,
                    SCAN_JOBS,
                    SCAN_ATTEMPTS,
                    SCAN_RESULTS,
                    SCAN_DEAD_LETTERS,
                    SCAN_EVENTS,
                    SCAN_BATCHES,
                    SITE_COMMANDS,
                    SITE_FETCHES,
                    SITE_DOCUMENTS,
                    SITE_PAGES,
                    SITE_EVENTS,
                    OPS_SIGNALS,
                    OPS_ALERTS,
                    OPS_COMMANDS);

    private Topics() {}

    /** Every topic whose values are Avro, in the order of the data path. */
    public static List<Topic<?>> all() {
        return ALL;
    }

    /**
     * Where records that cannot be decoded are kept as they came, so that one of them neither stops
     * a partition nor disappears. Not in {@link #all()}: its values are the foreign bytes
     * themselves.
     */
    public static final class Unreadable {
        public static final String NAME = "ops.unreadable";
        public static final int PARTITIONS = 3;
        public static final Duration RETENTION = Duration.ofDays(30);

        /** The largest record it takes, in bytes: well above what any other topic takes. */
        public static final int MAX_BYTES = 16 << 20;

        /*
         * The headers that Kafka Streams puts on such a record (KIP-1034); our consumers put the same, so that a
         * reader needs to know one format only.
         */
        public static final String EXCEPTION = "__streams.errors.exception";
        public static final String MESSAGE = "__streams.errors.message";
        public static final String TOPIC = "__streams.errors.topic";
        public static final String PARTITION = "__streams.errors.partition";
        public static final String OFFSET = "__streams.errors.offset";

        private Unreadable() {}
    }
}
