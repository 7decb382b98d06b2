package io.stepfree.reporting.document;

import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

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
                    .build();

    private ReportJson() {}

    /**
     * The document as JSON, its members in the order of the record, indented, ending with a line
     * feed.
     */
    public static String write(ReportDocument document) {
        return MAPPER.writeValueAsString(document) + "\n";
    }
}
