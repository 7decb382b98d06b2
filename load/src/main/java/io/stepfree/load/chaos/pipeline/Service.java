package io.stepfree.load.chaos.pipeline;

import java.util.List;

/**
 * The services of the pipeline, each a process; there are two workers, as a kill needs a second,
 * and further schedulers for those who want to see several.
 */
public enum Service {
    GATEWAY("ingest-gateway", "io.stepfree.gateway.GatewayApplication", "256m"),
    SCHEDULER("scan-scheduler", "io.stepfree.scheduler.SchedulerApplication", "160m"),
    WORKER_1("scan-processor-1", "io.stepfree.processor.ProcessorApplication", "160m"),
    WORKER_2("scan-processor-2", "io.stepfree.processor.ProcessorApplication", "160m"),
    REPORTS("report-builder", "io.stepfree.reports.ReportApplication", "128m"),
    DEAD_LETTERS("dlq-processor", "io.stepfree.deadletters.DeadLetterApplication", "128m"),
    ALERTS("alert-processor", "io.stepfree.alerts.AlertApplication", "128m"),
    SCHEDULER_2("scan-scheduler-2", "io.stepfree.scheduler.SchedulerApplication", "160m"),
    SCHEDULER_3("scan-scheduler-3", "io.stepfree.scheduler.SchedulerApplication", "160m");

    /** What a scan passes through, from its order to its end. */
    public static final List<Service> ON_THE_WAY =
            List.of(GATEWAY, SCHEDULER, WORKER_1, WORKER_2, REPORTS, DEAD_LETTERS);

    /** All schedulers there can be. */
    public static final List<Service> SCHEDULERS = List.of(SCHEDULER, SCHEDULER_2, SCHEDULER_3);

    private final String text;
    private final String main;
    private final String heap;

    Service(String text, String main, String heap) {
        this.text = text;
        this.main = main;
        this.heap = heap;
    }

    public String text() {
        return text;
    }

    String main() {
        return main;
    }

    String heap() {
        return heap;
    }
}
