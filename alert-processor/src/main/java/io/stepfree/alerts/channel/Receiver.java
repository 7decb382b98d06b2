package io.stepfree.alerts.channel;

import io.stepfree.schemas.ops.Alert;
import java.util.Optional;

/** Somebody who is told of alerts, and the way to them. For one thread, except for closing. */
public interface Receiver extends AutoCloseable {

    /** A short name for logs, metrics, the breaker and the consumer group, as {@code slack}. */
    String name();

    /** The setting to look at when it refuses, as {@code stepfree.alerts.slack.webhook}. */
    String setting();

    /** What tells it of this alert; empty when it is not told of it. */
    Optional<Call> call(Alert alert);

    /** Ends what is on its way, as far as it would not end soon by itself. */
    @Override
    void close();

    /** One message that is ready to go. */
    @FunctionalInterface
    interface Call {

        /**
         * Sends it, and returns once it has been answered for good.
         *
         * @return what is wrong with it in the receiver's eyes, as {@code answered 404}; empty when
         *     it was taken
         * @throws ChannelUnavailableException when it is not taken now, but may be later
         */
        Optional<String> make() throws ChannelUnavailableException;
    }
}
