package io.stepfree.alerts.channel;

import io.stepfree.schemas.ops.Alert;
import java.util.Optional;
import java.util.Set;

/** What a receiver wants to be told that is called by POST, and how it is written. Thread-safe. */
public interface Channel {

    /** A short name for logs, metrics and the consumer group, as {@code slack}. */
    String name();

    /**
     * The setting to look at when the receiver refuses, as {@code stepfree.alerts.slack.webhook}.
     */
    String setting();

    /**
     * Which answers may be logged, word for word. No others are: an error page, of the receiver or
     * of a proxy before it, often repeats the address, which is a secret.
     */
    default Set<String> answersToShow() {
        return Set.of();
    }

    /**
     * The call that tells of this alert; empty when this receiver is not told of it. A receiver
     * that can know a repeated message by some id gets the same id for the same alert.
     */
    Optional<Message> message(Alert alert);
}
