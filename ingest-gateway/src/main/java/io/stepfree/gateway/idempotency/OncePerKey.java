package io.stepfree.gateway.idempotency;

import io.stepfree.gateway.idempotency.ClaimedKeys.Claim;
import io.stepfree.gateway.idempotency.ClaimedKeys.Order;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.platform.request.RequestId;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Begins one scan for each key of a client. The key is taken before the scan is published, with the
 * scan's id; who comes with it again publishes the same scan once more, unless it is known to be
 * published. The scheduler begins one scan for one id, so that nothing is lost or doubled whenever
 * a gateway dies. Thread-safe.
 */
public final class OncePerKey {

    private static final Logger log = LoggerFactory.getLogger(OncePerKey.class);

    private final ClaimedKeys keys;

    /** How the scan of a key is begun. */
    public interface Beginning {

        /** As how many scans it counts, if the key is new; kept with the key. */
        default int scans() {
            return 1;
        }

        /** The key says as how many scans it counts; told before anything else is asked. */
        default void countsAs(int scans) {}

        /**
         * Lets the scan in, or refuses it by throwing; asked once for a scan that begins.
         *
         * @param handle of the transaction in which the key is taken
         */
        void admit(Handle handle);

        /** Puts a scan with this id on its topic, for that request. */
        void publish(String scanId, RequestId requestId);

        /** Whether a part of it is on its topic already, so that it goes on to count. */
        default boolean hasBegun() {
            return false;
        }

        /** Undoes what {@link #admit} did: the scan could not be published. */
        void withdraw(Handle handle);
    }

    /**
     * The scan that a key stands for.
     *
     * @param scanId its id
     * @param requestId the id of the HTTP request that brought the key first
     */
    public record Submitted(String scanId, RequestId requestId) {}

    public OncePerKey(ClaimedKeys keys) {
        this.keys = keys;
    }

    /**
     * @param scanId of the scan to begin, if the key is new
     * @param requestId of the HTTP request that brings the key now
     * @throws ProblemException when the key was used for another body within the last day, or the
     *     scan is not let in
     */
    public Submitted submit(
            String client,
            IdempotencyKey key,
            JsonNode body,
            String scanId,
            RequestId requestId,
            Beginning beginning) {
        var admitted = new AtomicBoolean();
        Claim claim =
                keys.claim(
                        client,
                        key,
                        key.macOf(body),
                        new Order(scanId, requestId.value(), beginning.scans()),
                        (handle, found) -> {
                            beginning.countsAs(found.scans());
                            beginning.admit(handle);
                            admitted.set(true);
                        });
        if (!claim.sameBody()) {
            throw new ProblemException(
                    ProblemType.IDEMPOTENCY_KEY_REUSED,
                    "This %s was sent with another body, under the id %s; take a new key for another order."
                            .formatted(IdempotencyKey.HEADER, claim.scanId()));
        }
        beginning.countsAs(claim.scans());
        var submitted = new Submitted(claim.scanId(), RequestId.saneOr(claim.requestId()));
        if (!claim.published()) {
            try {
                beginning.publish(submitted.scanId(), submitted.requestId());
            } catch (RuntimeException e) {
                if (admitted.get() && !beginning.hasBegun()) {
                    withdraw(client, key, submitted.scanId(), beginning);
                }
                throw e;
            }
            notePublished(client, key, submitted.scanId());
        }
        return submitted;
    }

    /* Where it cannot be noted, the scan goes on to count, and who comes again needs not be let in again. */
    private void withdraw(String client, IdempotencyKey key, String scanId, Beginning beginning) {
        try {
            keys.withdraw(client, key, scanId, beginning::withdraw);
        } catch (RuntimeException e) {
            log.debug("not withdrawn: {}", e.toString());
        }
    }

    /* Where it cannot be noted, the next one publishes once more. */
    private void notePublished(String client, IdempotencyKey key, String scanId) {
        try {
            keys.published(client, key, scanId);
        } catch (RuntimeException e) {
            log.debug("not noted as published: {}", e.toString());
        }
    }
}
