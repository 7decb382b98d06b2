package io.stepfree.standalone.machine;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/**
 * The key with which a machine seals the secrets of its scans. A home that stays has one for good,
 * in a file that only its owner can read; a temporary one has one that is never written down.
 */
final class SecretsKey {

    /** What the settings call it, beside the keys that the environment may bring. */
    private static final String NAME = "home";

    private static final int BYTES = 32;

    private SecretsKey() {}

    /** The settings, as command line arguments of the gateway and of the worker. */
    static List<String> settings(Home home) throws IOException {
        return List.of(
                "--stepfree.secrets.keys.%s=%s".formatted(NAME, of(home)),
                "--stepfree.secrets.current=" + NAME);
    }

    private static String of(Home home) throws IOException {
        if (!home.kept()) {
            return random();
        }
        return PrivateFile.read(home.secretsKeyFile(), SecretsKey::random);
    }

    private static String random() {
        var bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
