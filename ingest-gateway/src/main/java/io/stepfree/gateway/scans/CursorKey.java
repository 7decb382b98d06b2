package io.stepfree.gateway.scans;

import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.platform.breaker.BreakerOpenException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Supplier;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The key that cursors are signed with: the one that is set, or else a random one that all gateways
 * share in PostgreSQL, so that a cursor of one is good at every other. Never told in an exception.
 * Thread-safe.
 */
public final class CursorKey {

    /** The algorithm that it is a key for. */
    static final String ALGORITHM = "HmacSHA256";

    private static final int BYTES = 32;

    /* When two gateways make one at once, the second waits for the first and then finds its key. */
    private static final String MAKE =
            "INSERT INTO gateway.cursor_key (key) VALUES (:key) ON CONFLICT (one) DO NOTHING";

    private static final String FIND = "SELECT key FROM gateway.cursor_key";

    private final Supplier<SecretKey> origin;
    private volatile @Nullable SecretKey known;

    private CursorKey(Supplier<SecretKey> origin) {
        this.origin = origin;
    }

    /**
     * The key that is set.
     *
     * @param written the setting stepfree.gateway.cursor-key
     * @throws IllegalArgumentException naming the setting when it is no key, and never its value
     */
    public static CursorKey of(String written) {
        SecretKey key = read(written);
        return new CursorKey(() -> key);
    }

    /** The key that all gateways share, looked up when it is first needed. */
    public static CursorKey shared(Jdbi jdbi, GatewaySchema schema) {
        return new CursorKey(() -> {
            schema.assure();
            return key(jdbi.withHandle(CursorKey::findOrMake));
        });
    }

    /**
     * The key itself.
     *
     * @throws JdbiException when it has to be looked up, and the database does not answer
     * @throws BreakerOpenException while it is not asked
     */
    SecretKey get() {
        SecretKey key = known;
        if (key == null) {
            key = origin.get();
            known = key;
        }
        return key;
    }

    private static byte[] findOrMake(Handle handle) {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        handle.createUpdate(MAKE).bind("key", random).execute();
        return handle.createQuery(FIND).mapTo(byte[].class).one();
    }

    private static SecretKey read(String written) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(written.strip());
        } catch (IllegalArgumentException _) {
            // Its message would quote a character.
            throw new IllegalArgumentException(
                    "stepfree.gateway.cursor-key is not Base64; make one with: openssl rand -base64 32");
        }
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException(
                    "stepfree.gateway.cursor-key has %d bytes where %d are needed; make one with: openssl rand -base64 32"
                            .formatted(bytes.length, BYTES));
        }
        return key(bytes);
    }

    private static SecretKey key(byte[] bytes) {
        return new SecretKeySpec(bytes, ALGORITHM);
    }
}
