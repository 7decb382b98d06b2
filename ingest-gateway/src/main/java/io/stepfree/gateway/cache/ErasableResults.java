package io.stepfree.gateway.cache;

import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.erasure.Erasure;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * A client's results on the server that all gateways share. Newer ones go, too: they are in the
 * database. While the server does not answer, nothing is there; what it has goes with its time.
 */
record ErasableResults(SharedCache shared) implements ErasableStore {

    private static final String NAME = "cached";

    @Override
    public Map<String, Long> eraseSome(Handle handle, Erasure erasure) {
        long gone = shared.removeSomeOf(erasure.client());
        return gone == 0 ? Map.of() : Map.of(NAME, gone);
    }

    @Override
    public Map<String, Long> remaining(Handle handle, Erasure erasure) {
        return Map.of(NAME, shared.countOf(erasure.client()));
    }
}
