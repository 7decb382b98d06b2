package io.stepfree.scheduler.choice;

import io.stepfree.schemas.scan.Priority;
import java.time.Instant;

/**
 * The keys of the store of waiting scans. Their order is the order of the choice: the lane, then
 * the client, then the host, then the oldest.
 *
 * @param lane retries, high or low priority, or those that are out
 * @param client whom the scan belongs to; empty in the lanes that have no turns
 * @param host its host
 * @param at since when it waits
 * @param scanId the scan
 */
record WaitingKey(Lane lane, String client, String host, Instant at, String scanId) {

    private static final char SEPARATOR = '\u0001';
    private static final char AFTER = '\u0002';

    enum Lane {
        /** Retries whose moment has come; before all others. */
        RETRY('0'),
        HIGH('1'),
        LOW('2'),
        /** Not waiting, but with the workers: kept here to be counted after a restart. */
        OUT('9');

        private final char letter;

        Lane(char letter) {
            this.letter = letter;
        }

        static Lane of(Priority priority) {
            return switch (priority) {
                case HIGH -> HIGH;
                case LOW -> LOW;
            };
        }

        private static Lane of(char letter) {
            for (Lane lane : values()) {
                if (lane.letter == letter) {
                    return lane;
                }
            }
            throw new IllegalStateException("no lane is called " + letter);
        }

        String first() {
            return letter + "" + SEPARATOR;
        }

        String after() {
            return letter + "" + AFTER;
        }
    }

    /** Text from outside: what would break the order of the keys is replaced. */
    static String safe(String text) {
        return text.chars().allMatch(letter -> letter > AFTER)
                ? text
                : text.replaceAll("[\u0000-\u0002]", "\uFFFD");
    }

    WaitingKey {
        client = safe(client);
        host = safe(host);
        scanId = safe(scanId);
    }

    String text() {
        return lane.first()
                + client
                + SEPARATOR
                + host
                + SEPARATOR
                + "%015d".formatted(at.toEpochMilli())
                + SEPARATOR
                + scanId;
    }

    static WaitingKey parse(String text) {
        String[] parts = text.split(String.valueOf(SEPARATOR), -1);
        return new WaitingKey(
                Lane.of(parts[0].charAt(0)),
                parts[1],
                parts[2],
                Instant.ofEpochMilli(Long.parseLong(parts[3])),
                parts[4]);
    }

    /** Before every scan of this client. */
    static String firstOf(Lane lane, String client) {
        return lane.first() + client + SEPARATOR;
    }

    /** After every scan of this client. */
    static String afterClient(Lane lane, String client) {
        return lane.first() + client + AFTER;
    }

    /** After every scan of this one's client and host. */
    String afterHost() {
        return lane.first() + client + SEPARATOR + host + AFTER;
    }
}
