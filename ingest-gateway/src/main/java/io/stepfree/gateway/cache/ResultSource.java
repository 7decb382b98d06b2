package io.stepfree.gateway.cache;

import java.time.Instant;
import java.util.Optional;

/** Where results are read that no cache has. Thread-safe; may block, and throws as Jdbi does. */
public interface ResultSource {

    /**
     * The newest result of a client's scans with this key, if it may answer another one: its scan
     * is known to have ended, and the whole page was seen. Where the newest may not, no older one
     * does.
     *
     * @param since older ones are not looked for
     */
    Optional<KnownResult> newest(String client, String repeatKey, Instant since);
}
