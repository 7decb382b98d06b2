package io.stepfree.gateway.admission;

import io.stepfree.platform.secret.ScanSecrets;
import io.stepfree.schemas.scan.ScanOptions;

/**
 * What a client chose for one scan beside the address.
 *
 * @param options what anybody may know; its secrets are not there yet
 * @param secrets what only a worker may read
 */
record ChosenOptions(ScanOptions options, ScanSecrets secrets) {

    /** Nothing was chosen. */
    static final ChosenOptions DEFAULTS =
            new ChosenOptions(ScanOptions.newBuilder().build(), ScanSecrets.NONE);
}
