package io.stepfree.gateway.schedules;

import io.stepfree.gateway.admission.NewScan;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.gateway.admission.ScheduledOrder;
import io.stepfree.gateway.callbacks.CallbackBook;
import io.stepfree.gateway.idempotency.OncePerKey;
import io.stepfree.gateway.limits.Allowance;
import io.stepfree.gateway.scans.QueueBound;
import io.stepfree.gateway.scans.ScanIntake;
import io.stepfree.platform.request.RequestId;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Begins what one time of a schedule brings, like a request that brings as much: all of it is taken
 * from the client's allowance, or none. For one thread.
 */
final class RunBeginning implements OncePerKey.Beginning {

    private static final String BATCH = "schedule-";

    private final String client;
    private final ScheduledOrder order;
    private final Allowance allowance;
    private final QueueBound queue;
    private final ScanIntake intake;
    private final CallbackBook callbacks;
    private boolean begun;

    RunBeginning(
            String client,
            ScheduledOrder order,
            Allowance allowance,
            QueueBound queue,
            ScanIntake intake,
            CallbackBook callbacks) {
        this.client = client;
        this.order = order;
        this.allowance = allowance.of(order.good().size());
        this.queue = queue;
        this.intake = intake;
        this.callbacks = callbacks;
    }

    /** What the batch of that run is called. */
    static String batch(String seed) {
        return BATCH + seed;
    }

    @Override
    public void admit(Handle handle) {
        queue.admit();
        allowance.take(handle);
    }

    @Override
    public void publish(String seed, RequestId requestId) {
        if (order.batch()) {
            publishAll(UUID.fromString(seed), requestId);
        } else {
            NewScan scan = order.good().firstEntry().getValue();
            callbacks.rememberScan(client, seed, scan.callback());
            intake.submit(client, scan, seed, requestId);
        }
    }

    private void publishAll(UUID seed, RequestId requestId) {
        String batch = batch(seed.toString());
        callbacks.rememberBatch(client, batch, seed, order.good().size(), order.callback());
        order.good()
                .forEach((row, scan) -> {
                    intake.submission(
                                    client,
                                    scan.in(batch),
                                    ScanIds.ofRow(seed, row).toString(),
                                    requestId)
                            .run();
                    begun = true;
                });
    }

    @Override
    public boolean hasBegun() {
        return begun;
    }

    @Override
    public void withdraw(Handle handle) {
        allowance.giveBack(handle);
    }
}
