package io.stepfree.standalone.machine;

import io.stepfree.gateway.access.ApiKey;
import java.io.IOException;
import java.util.List;

/**
 * The key that opens a machine whose home stays: made at its first start, in a file that only its
 * owner can read. A temporary machine has none, and so lets in whoever is on this computer.
 */
final class FirstKey {

    private static final String ENVIRONMENT = "local";

    private FirstKey() {}

    /** The settings, as command line arguments of the gateway. */
    static List<String> settings(Home home) throws IOException {
        return home.kept()
                ? List.of(
                        "--stepfree.gateway.access.environment=" + ENVIRONMENT,
                        "--stepfree.gateway.access.first-key=" + of(home))
                : List.of();
    }

    private static String of(Home home) throws IOException {
        return PrivateFile.read(home.keyFile(), () -> ApiKey.create(ENVIRONMENT).secret());
    }
}
