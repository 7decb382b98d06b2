package io.stepfree.load.gateway.clients;

/**
 * One answer, or that there was none.
 *
 * @param at when it had come, in milliseconds since 1970
 * @param millis how long it took; -1 where it did not come
 * @param right whether it is the one that was to come
 */
public record Reply(long at, int millis, boolean right) {

    String line() {
        return at + " " + millis + " " + right;
    }

    static Reply of(String line) {
        String[] parts = line.split(" ", 3);
        return new Reply(
                Long.parseLong(parts[0]),
                Integer.parseInt(parts[1]),
                Boolean.parseBoolean(parts[2]));
    }
}
