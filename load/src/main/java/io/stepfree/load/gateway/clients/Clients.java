package io.stepfree.load.gateway.clients;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/**
 * What is asked, and by how many.
 *
 * @param address the whole address that is asked
 * @param body what is sent, in which {@code %d} becomes another number each time; empty to GET
 * @param status the answer that counts as right
 * @param count how many there are, each on a connection of its own
 * @param pace when each asks again
 * @param answers the file that gets a line for each answer
 */
public record Clients(URI address, String body, int status, int count, Pace pace, Path answers) {

    private static final String PREFIX = "stepfree.load.clients.";

    /** When a client asks again. */
    public sealed interface Pace {}

    /**
     * As soon as it is answered.
     *
     * @param span until it stops
     */
    public record AtOnce(Duration span) implements Pace {}

    /**
     * All at the same moment, a pause after the last of them was answered.
     *
     * @param rounds how often
     * @param pause before each
     */
    public record Together(int rounds, Duration pause) implements Pace {}

    /** As options of the Java command that asks. */
    List<String> options() {
        String when =
                switch (pace) {
                    case AtOnce(Duration span) -> "0 " + span.toMillis();
                    case Together(int rounds, Duration pause) -> rounds + " " + pause.toMillis();
                };
        return List.of(
                "-D" + PREFIX + "address=" + address,
                "-D" + PREFIX + "body=" + body,
                "-D" + PREFIX + "status=" + status,
                "-D" + PREFIX + "count=" + count,
                "-D" + PREFIX + "pace=" + when,
                "-D" + PREFIX + "answers=" + answers);
    }

    /** From the options that this process was started with. */
    static Clients of(Properties properties) {
        String[] when = properties.getProperty(PREFIX + "pace").split(" ", 2);
        int rounds = Integer.parseInt(when[0]);
        Duration millis = Duration.ofMillis(Long.parseLong(when[1]));
        return new Clients(
                URI.create(properties.getProperty(PREFIX + "address")),
                properties.getProperty(PREFIX + "body"),
                Integer.parseInt(properties.getProperty(PREFIX + "status")),
                Integer.parseInt(properties.getProperty(PREFIX + "count")),
                rounds == 0 ? new AtOnce(millis) : new Together(rounds, millis),
                Path.of(properties.getProperty(PREFIX + "answers")));
    }
}
