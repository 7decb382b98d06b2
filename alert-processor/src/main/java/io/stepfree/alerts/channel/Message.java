package io.stepfree.alerts.channel;

import java.net.URI;
import java.util.Map;

/**
 * One POST with a JSON body.
 *
 * @param address where to, often a secret: never shown
 * @param headers what goes along beside the content type
 * @param json the body
 */
public record Message(URI address, Map<String, String> headers, String json) {

    public Message {
        headers = Map.copyOf(headers);
    }

    /** One without headers of its own. */
    public static Message of(URI address, String json) {
        return new Message(address, Map.of(), json);
    }

    @Override
    public String toString() {
        return "Message[%d characters]".formatted(json.length());
    }
}
