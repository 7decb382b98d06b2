package io.stepfree.reporting.document;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.MutableConfigOverride;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes and reads a document's JSON. Thread-safe.
 *
 * <p>Has a mapper of its own: a report's text must not change with the settings of the service
 * around it.
 */
public final class ReportJson {

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    // Documents from before have less than we know, those of a newer builder more.
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .withConfigOverride(String.class, ReportJson::emptyWhereMissing)
                    .withConfigOverride(List.class, ReportJson::emptyWhereMissing)
                    .withConfigOverride(Map.class, ReportJson::emptyWhereMissing)
                    .build();

    private ReportJson() {}

    /**
     * The document as JSON, its members in the order of the record, indented, ending with a line
     * feed.
     */
    public static String write(ReportDocument document) {
        return MAPPER.writeValueAsString(document) + "\n";
    }

    /** What reading the document's JSON gives, without writing it. */
    public static JsonNode tree(ReportDocument document) {
        return MAPPER.valueToTree(document);
    }

    /**
     * The document of such JSON, also of what was kept before documents had all that they have now:
     * texts and lists that are missing are empty, and whether the page was seen as a whole is told
     * by the warnings, as it was then.
     *
     * @throws JacksonException when it is no document
     */
    public static ReportDocument read(String json) {
        var tree = MAPPER.readTree(json);
        if (tree instanceof ObjectNode document && !document.has("validity")) {
            document.put("validity", document.path("warnings").isEmpty() ? "valid" : "partial");
        }
        return MAPPER.treeToValue(tree, ReportDocument.class);
    }

    private static void emptyWhereMissing(MutableConfigOverride type) {
        type.setNullHandling(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY));
    }
}
