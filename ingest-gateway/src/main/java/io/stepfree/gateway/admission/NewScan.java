package io.stepfree.gateway.admission;

import io.stepfree.platform.secret.ScanSecrets;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanOptions;
import org.jspecify.annotations.Nullable;

/**
 * A scan that a client asked for, found in order.
 *
 * @param url the address as the browser is to load it
 * @param host its host in lower case, without a port
 * @param standard the conformance target
 * @param priority which scans go first
 * @param options what the client chose beside the address, without the secrets
 * @param secrets what only a worker may read, still in clear
 * @param batch the batch that the scan is part of; null for one of its own
 * @param callback whom to tell when it has ended; null for nobody
 */
public record NewScan(
        String url,
        String host,
        Standard standard,
        Priority priority,
        ScanOptions options,
        ScanSecrets secrets,
        @Nullable String batch,
        @Nullable Callback callback) {

    /** The same scan as part of that batch. */
    public NewScan in(String batch) {
        return new NewScan(url, host, standard, priority, options, secrets, batch, callback);
    }
}
