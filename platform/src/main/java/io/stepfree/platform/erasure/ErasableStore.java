package io.stepfree.platform.erasure;

import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * A place where a service keeps something of a client. Each step must be harmless to repeat: a
 * crash between what it does outside of the database and the end of the transaction brings it
 * again.
 */
public interface ErasableStore {

    /**
     * Waits, within the transaction that makes the erasure known, for whoever is writing here and
     * does not know of it yet. From then on writers see it, and leave out what it covers. Nothing
     * where writers come to no harm.
     */
    default void awaitWriters(Handle handle) {}

    /**
     * Erases a bounded number of things within the transaction.
     *
     * @return how many of each kind, as scans; empty when there is nothing left to erase
     * @throws Exception when it cannot be done now; it is tried again
     */
    Map<String, Long> eraseSome(Handle handle, Erasure erasure) throws Exception;

    /**
     * Counts what is still there.
     *
     * @return of each kind that it erases, also those of which nothing is left
     * @throws Exception when it cannot be counted now; it is tried again
     */
    Map<String, Long> remaining(Handle handle, Erasure erasure) throws Exception;
}
