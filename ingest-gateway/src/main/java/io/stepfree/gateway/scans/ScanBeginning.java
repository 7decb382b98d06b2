package io.stepfree.gateway.scans;

import io.stepfree.gateway.admission.NewScan;
import io.stepfree.gateway.callbacks.CallbackBook;
import io.stepfree.gateway.idempotency.OncePerKey;
import io.stepfree.gateway.limits.Allowance;
import io.stepfree.platform.request.RequestId;
import org.jdbi.v3.core.Handle;

/**
 * Begins one scan: it must find room in the queue, is taken from its client's allowance, and is
 * published. What cannot be published is given back. For one thread.
 */
final class ScanBeginning implements OncePerKey.Beginning {

    private final String client;
    private final NewScan scan;
    private final ScanIntake intake;
    private final QueueBound queue;
    private final Allowance allowance;
    private final CallbackBook callbacks;

    ScanBeginning(
            String client,
            NewScan scan,
            ScanIntake intake,
            QueueBound queue,
            Allowance allowance,
            CallbackBook callbacks) {
        this.client = client;
        this.scan = scan;
        this.intake = intake;
        this.queue = queue;
        this.allowance = allowance;
        this.callbacks = callbacks;
    }

    /** All of it, for a scan without a key. */
    void begin(String scanId, RequestId requestId) {
        queue.admit();
        allowance.take();
        try {
            publish(scanId, requestId);
        } catch (RuntimeException e) {
            allowance.giveBack();
            throw e;
        }
    }

    @Override
    public void admit(Handle handle) {
        queue.admit();
        allowance.take(handle);
    }

    @Override
    public void publish(String scanId, RequestId requestId) {
        callbacks.rememberScan(client, scanId, scan.callback());
        intake.submit(client, scan, scanId, requestId);
    }

    @Override
    public void withdraw(Handle handle) {
        allowance.giveBack(handle);
    }
}
