package io.stepfree.docs;

import io.stepfree.schemas.topic.Topic;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** The part of {@code docs/topics.md} that is made from the topic catalogue and the schemas. */
final class TopicsPage {

    private static final Map<String, String> HEADERS_OF_UNREADABLE =
            Map.of(
                    Topics.Unreadable.EXCEPTION, "the class of the failure",
                    Topics.Unreadable.MESSAGE, "the failure in words",
                    Topics.Unreadable.TOPIC, "the topic it was read from",
                    Topics.Unreadable.PARTITION, "the partition, in decimal digits",
                    Topics.Unreadable.OFFSET, "the offset, in decimal digits");

    private static final String UNKNOWN_SYMBOL =
            "What a reader sees that does not know a newer symbol.";

    private final SymbolDocs symbolDocs;
    private final Map<String, Schema> values = new LinkedHashMap<>();
    private final Map<String, Schema> inner = new LinkedHashMap<>();

    TopicsPage(SymbolDocs symbolDocs) {
        this.symbolDocs = symbolDocs;
        Topics.all().forEach(topic -> values.put(topic.schema().getFullName(), topic.schema()));
        values.values()
                .forEach(value -> value.getFields().forEach(field -> collect(field.schema())));
    }

    String render() {
        var page = new StringBuilder();
        page.append("## The topics\n\n").append(catalogue());
        page.append("\n## What each topic holds\n");
        for (Topic<?> topic : Topics.all()) {
            page.append(record(topic.schema(), "Subject `%s`.".formatted(topic.subject())));
        }
        page.append("\n### ops.unreadable\n\n");
        page.append(
                """
                Key, value and headers are those of the record that could not be decoded, byte for byte. These headers are added, \
                the same by every service:

                """);
        var headers = new MarkdownTable("header", "meaning");
        for (String name : unreadableHeaders()) {
            headers.row(code(name), HEADERS_OF_UNREADABLE.getOrDefault(name, ""));
        }
        page.append(headers);
        page.append("\n## Types inside of them\n");
        for (Schema type : inner.values()) {
            page.append(type.getType() == Schema.Type.ENUM ? symbols(type) : record(type, ""));
        }
        return page.toString();
    }

    /** The headers that are added to an undecodable record, in their order. */
    static List<String> unreadableHeaders() {
        return List.of(
                Topics.Unreadable.TOPIC,
                Topics.Unreadable.PARTITION,
                Topics.Unreadable.OFFSET,
                Topics.Unreadable.EXCEPTION,
                Topics.Unreadable.MESSAGE);
    }

    private static MarkdownTable catalogue() {
        var table =
                new MarkdownTable(
                        "topic", "key", "value", "partitions", "keeps", "written by → read by");
        for (Topic<?> topic : Topics.all()) {
            table.row(
                    code(topic.name()),
                    topic.key().text(),
                    link(topic.type().getSimpleName()),
                    Integer.toString(topic.partitions()),
                    topic.compacted() ? "the newest of each key" : days(topic.retention()),
                    topic.writers() + " → " + topic.readers());
        }
        table.row(
                code(Topics.Unreadable.NAME),
                "as it came",
                "[as it came](#opsunreadable)",
                Integer.toString(Topics.Unreadable.PARTITIONS),
                days(Topics.Unreadable.RETENTION),
                "every service → dlq-processor");
        return table;
    }

    private String record(Schema schema, String more) {
        var table = new MarkdownTable("field", "type", "default", "meaning");
        for (Schema.Field field : schema.getFields()) {
            table.row(
                    code(field.name()),
                    type(field.schema()),
                    field.hasDefaultValue() ? code(value(field.defaultVal())) : "",
                    String.valueOf(field.doc()));
        }
        return "\n### %s\n\n%s\n\n%s"
                .formatted(schema.getName(), (schema.getDoc() + " " + more).strip(), table);
    }

    private String symbols(Schema schema) {
        var text =
                new StringBuilder(
                        "\n### %s\n\n%s\n\n".formatted(schema.getName(), schema.getDoc()));
        boolean explained =
                schema.getEnumSymbols().stream()
                        .anyMatch(symbol -> !symbolDocs.of(schema.getName(), symbol).isEmpty());
        if (!explained) {
            return text.append("One of ")
                    .append(
                            schema.getEnumSymbols().stream()
                                    .map(TopicsPage::code)
                                    .collect(Collectors.joining(", ")))
                    .append(". A reader that does not know a newer symbol sees ")
                    .append(code(schema.getEnumDefault()))
                    .append(".\n")
                    .toString();
        }
        var table = new MarkdownTable("symbol", "meaning");
        for (String symbol : schema.getEnumSymbols()) {
            String doc = symbolDocs.of(schema.getName(), symbol);
            table.row(
                    code(symbol),
                    doc.isEmpty() && symbol.equals(schema.getEnumDefault()) ? UNKNOWN_SYMBOL : doc);
        }
        return text.append(table).toString();
    }

    private void collect(Schema schema) {
        switch (schema.getType()) {
            case RECORD -> {
                if (!values.containsKey(schema.getFullName())
                        && inner.putIfAbsent(schema.getFullName(), schema) == null) {
                    schema.getFields().forEach(field -> collect(field.schema()));
                }
            }
            case ENUM -> inner.putIfAbsent(schema.getFullName(), schema);
            case ARRAY -> collect(schema.getElementType());
            case MAP -> collect(schema.getValueType());
            case UNION -> schema.getTypes().forEach(this::collect);
            case FIXED, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {
                // Needs no section of its own.
            }
        }
    }

    private static String type(Schema schema) {
        return switch (schema.getType()) {
            case RECORD, ENUM -> link(schema.getName());
            case ARRAY -> "list of " + type(schema.getElementType());
            case MAP -> "map of string to " + type(schema.getValueType());
            case UNION ->
                    schema.getTypes().stream()
                            .map(TopicsPage::type)
                            .collect(Collectors.joining(" or "));
            case LONG ->
                    schema.getLogicalType() instanceof LogicalTypes.TimestampMillis
                            ? "timestamp in ms"
                            : "long";
            case FIXED, STRING, BYTES, INT, FLOAT, DOUBLE, BOOLEAN, NULL ->
                    schema.getType().getName();
        };
    }

    private static String value(Object value) {
        return value.equals(JsonProperties.NULL_VALUE)
                ? "null"
                : value instanceof String text && text.isEmpty() ? "\"\"" : String.valueOf(value);
    }

    private static String link(String type) {
        return "[%s](#%s)".formatted(type, type.toLowerCase(Locale.ROOT));
    }

    private static String code(String text) {
        return "`" + text + "`";
    }

    private static String days(Duration duration) {
        return duration.toDays() == 1 ? "1 day" : duration.toDays() + " days";
    }
}
