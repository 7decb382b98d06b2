package io.stepfree.standalone.client;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A scan to be submitted; what is absent is left to the gateway.
 *
 * @param url the address of the page
 * @param standard the conformance target
 * @param priority high or low
 * @param options what else is chosen, as the field options of the HTTP API; it may hold secrets
 */
public record NewScan(
        String url, @Nullable String standard, @Nullable String priority, ObjectNode options) {

    /**
     * A scan with no other option than its time.
     *
     * @param timeoutMillis how long one attempt may take
     */
    public NewScan(
            String url,
            @Nullable String standard,
            @Nullable String priority,
            OptionalInt timeoutMillis) {
        this(url, standard, priority, only(timeoutMillis));
    }

    /** The body that submits it. */
    public ObjectNode document() {
        var document = JsonMapper.shared().createObjectNode().put("url", url);
        if (standard != null) {
            document.put("standard", standard);
        }
        if (priority != null) {
            document.put("priority", priority);
        }
        if (!options.isEmpty()) {
            document.set("options", options);
        }
        return document;
    }

    /** Without the options, which may hold secrets. */
    @Override
    public String toString() {
        return "NewScan[url=%s, standard=%s, priority=%s]".formatted(url, standard, priority);
    }

    private static ObjectNode only(OptionalInt timeoutMillis) {
        var options = JsonMapper.shared().createObjectNode();
        timeoutMillis.ifPresent(millis -> options.put("timeoutMillis", millis));
        return options;
    }
}
