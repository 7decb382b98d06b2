package io.stepfree.deadletters.index;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Where the submit lies that this life of the scan began with, as the dead letter's headers tell
 * it: UTF-8 text, numbers in decimal digits.
 */
record Origin(String topic, int partition, long offset) {

    private static final String TOPIC = "stepfree.origin.topic";
    private static final String PARTITION = "stepfree.origin.partition";
    private static final String OFFSET = "stepfree.origin.offset";

    /** The origin; empty when the headers do not tell it, or not in a way that can be read. */
    static Optional<Origin> of(Headers headers) {
        String topic = text(headers.lastHeader(TOPIC));
        String partition = text(headers.lastHeader(PARTITION));
        String offset = text(headers.lastHeader(OFFSET));
        if (topic == null || partition == null || offset == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Origin(
                            StorableText.of(topic),
                            Integer.parseInt(partition),
                            Long.parseLong(offset)));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    private static @Nullable String text(@Nullable Header header) {
        return header == null || header.value() == null
                ? null
                : new String(header.value(), StandardCharsets.UTF_8);
    }
}
