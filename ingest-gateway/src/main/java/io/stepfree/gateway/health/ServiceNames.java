package io.stepfree.gateway.health;

import java.util.List;

/** The services as they name themselves in signals, and as orders to them are addressed. */
public final class ServiceNames {

    public static final String GATEWAY = "ingest-gateway";
    public static final String SCHEDULER = "scan-scheduler";
    public static final String WORKER = "scan-processor";
    public static final String REPORTS = "report-builder";
    public static final String DEAD_LETTERS = "dlq-processor";
    public static final String ALERTS = "alert-processor";

    /** What belongs to a whole Stepfree beside the gateway. */
    public static final List<String> OTHERS =
            List.of(SCHEDULER, WORKER, REPORTS, DEAD_LETTERS, ALERTS);

    private ServiceNames() {}
}
