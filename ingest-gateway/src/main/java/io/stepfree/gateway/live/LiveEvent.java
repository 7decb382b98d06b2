package io.stepfree.gateway.live;

import java.nio.charset.StandardCharsets;

/**
 * One event as it is told on a stream (WHATWG HTML, 9.2: server-sent events).
 *
 * @param subject whose it is
 * @param partition where its record is
 * @param offset where in the partition
 * @param mark how far its subject is with it
 * @param name what happened
 * @param data more of that: JSON in one line of ASCII
 */
record LiveEvent(Subject subject, int partition, long offset, Mark mark, String name, String data) {

    /** The bytes of the stream. */
    byte[] frame() {
        return frame(new Place(partition, offset, mark, false).word(subject), name, data);
    }

    static byte[] frame(String id, String name, String data) {
        return "id: %s\nevent: %s\ndata: %s\n\n"
                .formatted(id, name, data)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
