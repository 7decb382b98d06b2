package io.stepfree.gateway.scans;

import io.stepfree.gateway.admission.BatchIds;
import io.stepfree.gateway.admission.NewScan;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.gateway.publish.GuardedPublisher;
import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.JsonPointer;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import io.stepfree.platform.secret.ScanSecrets;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.platform.tracing.Traces;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what clients order. Each method returns once the broker has the order safely, and
 * throws what {@link GuardedPublisher#publish} throws. Thread-safe.
 */
public final class ScanIntake {

    private static final Logger LOG = LoggerFactory.getLogger(ScanIntake.class);

    private final GuardedPublisher publisher;
    private final RecentScans recent;
    private final SecretSealer sealer;
    private final Clock clock;
    private final ScanIds ids = new ScanIds();

    public ScanIntake(
            GuardedPublisher publisher, RecentScans recent, SecretSealer sealer, Clock clock) {
        this.publisher = publisher;
        this.recent = recent;
        this.sealer = sealer;
        this.clock = clock;
    }

    /** An id for a scan to be. */
    public String newId() {
        return ids.next(clock.instant()).toString();
    }

    /**
     * @throws ProblemException when the scan has secrets and there is no key to seal them with
     */
    public void requireSealable(NewScan scan) {
        if (!scan.secrets().isEmpty() && !sealer.canSeal()) {
            throw notSetUp(scan.secrets());
        }
    }

    /**
     * @param client whom it is for
     * @param scan with secrets only where they can be sealed
     * @param scanId of the scan to be
     */
    public void submit(String client, NewScan scan, String scanId, RequestId requestId) {
        ScanRequest request = request(client, scan, scanId, requestId);
        publish(order(request), request.getHost(), requestId);
        recent.remember(request);
    }

    /**
     * The submission of one scan of many, made by this thread and done by another. Whoever has all
     * of them tells the log; nobody knows its id before it is projected, so it is not remembered.
     *
     * @param client whom it is for
     * @param scan with secrets only where they can be sealed
     * @param scanId of the scan to be
     */
    public Runnable submission(String client, NewScan scan, String scanId, RequestId requestId) {
        ScanCommand order = order(request(client, scan, scanId, requestId));
        return Traces.carried(
                () -> publisher.publish(Topics.SCAN_REQUESTS, scan.host(), order, requestId));
    }

    /**
     * A scan as it is published.
     *
     * @param client whom it is for
     * @param scan with secrets only where they can be sealed
     * @param scanId of the scan to be
     */
    public ScanRequest request(String client, NewScan scan, String scanId, RequestId requestId) {
        return ScanRequest.newBuilder()
                .setScanId(scanId)
                .setRequestId(requestId.value())
                .setClient(client)
                .setUrl(scan.url())
                .setHost(scan.host())
                .setStandard(scan.standard().text())
                .setPriority(scan.priority())
                .setOptions(options(scan, scanId))
                .setSubmittedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .setBatchId(BatchIds.ofClient(client, scan.batch()))
                .setTraceparent(Traces.current().orElse(null))
                .build();
    }

    private static ScanCommand order(ScanRequest request) {
        return ScanCommand.newBuilder()
                .setKind(CommandKind.SUBMIT)
                .setScanId(request.getScanId())
                .setRequestId(request.getRequestId())
                .setIssuedAt(request.getSubmittedAt())
                .setRequest(request)
                .build();
    }

    /**
     * @param host the host of the scan's target, so that the order comes after the scan's own
     */
    void cancel(String scanId, String host, RequestId requestId) {
        publish(
                ScanCommand.newBuilder()
                        .setKind(CommandKind.CANCEL)
                        .setScanId(scanId)
                        .setRequestId(requestId.value())
                        .setIssuedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                        .build(),
                host,
                requestId);
    }

    /** Orders the cancel of every scan of a client's batch that has not ended. */
    public void cancelBatch(String client, String batch, RequestId requestId) {
        String batchId = Objects.requireNonNull(BatchIds.ofClient(client, batch));
        ScanCommand command =
                ScanCommand.newBuilder()
                        .setKind(CommandKind.CANCEL_BATCH)
                        .setScanId("")
                        .setBatchId(batchId)
                        .setRequestId(requestId.value())
                        .setIssuedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                        .build();
        publisher.publish(Topics.SCAN_REQUESTS, batchId, command, requestId);
        LOG.info("Took the order to cancel the batch {}", batchId);
    }

    private ScanOptions options(NewScan scan, String scanId) {
        return scan.secrets().isEmpty()
                ? scan.options()
                : ScanOptions.newBuilder(scan.options())
                        .setSecrets(sealer.seal(scan.secrets(), scanId))
                        .build();
    }

    /*
     * 422 and not 503: only an operator can mend it, so a client that came again after a while would come in vain, and
     * nothing is wrong with the scans that have no secrets.
     */
    private static ProblemException notSetUp(ScanSecrets secrets) {
        var fields = new ArrayList<String>();
        if (!secrets.headers().isEmpty()) {
            fields.add("headers");
        }
        if (!secrets.cookies().isEmpty()) {
            fields.add("cookies");
        }
        if (secrets.basicAuth() != null) {
            fields.add("basicAuth");
        }
        if (!secrets.fills().isEmpty()) {
            fields.add("actions");
        }
        JsonPointer options = JsonPointer.ROOT.child("options");
        List<FieldError> errors =
                fields.stream()
                        .map(field ->
                                FieldError.in(
                                        options.child(field),
                                        null,
                                        "holds what must be encrypted, and no key is configured for that"))
                        .toList();
        return new ProblemException(
                ProblemType.SECRETS_NOT_CONFIGURED,
                "Nothing was accepted. Headers, cookies, credentials and typed texts are encrypted before they are stored, and stepfree.secrets.keys has no key; have it set, or leave them out.",
                errors);
    }

    private void publish(ScanCommand command, String host, RequestId requestId) {
        RequestContext.concerns(command);
        publisher.publish(Topics.SCAN_REQUESTS, host, command, requestId);
        LOG.info("Took the order to {} a scan of {}", command.getKind(), host);
    }
}
