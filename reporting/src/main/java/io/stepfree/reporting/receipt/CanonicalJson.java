package io.stepfree.reporting.receipt;

import java.util.Comparator;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes JSON in the one way that all its spellings have in common: members in the order of their
 * names, no white space, numbers without an exponent and without zeros that say nothing. So a
 * report has the same hash as it was written, as PostgreSQL keeps it (jsonb orders members anew)
 * and as an editor indents it. Strings are compared by value; RFC 8785 does the same but for
 * numbers, which it reads as doubles. Thread-safe.
 */
final class CanonicalJson {

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private CanonicalJson() {}

    /** Reads a text; throws {@link tools.jackson.core.JacksonException} if it is no JSON. */
    static JsonNode read(String json) {
        return MAPPER.readTree(json);
    }

    static String write(JsonNode node) {
        var text = new StringBuilder();
        write(node, text);
        return text.toString();
    }

    private static void write(JsonNode node, StringBuilder text) {
        switch (node) {
            case ObjectNode object -> {
                text.append('{');
                object.properties().stream()
                        .sorted(Comparator.comparing(member -> member.getKey()))
                        .forEach(member -> {
                            text.append(MAPPER.writeValueAsString(member.getKey())).append(':');
                            write(member.getValue(), text);
                            text.append(',');
                        });
                text.append('}');
            }
            case JsonNode array when array.isArray() -> {
                text.append('[');
                array.forEach(element -> {
                    write(element, text);
                    text.append(',');
                });
                text.append(']');
            }
            case JsonNode number when number.isNumber() ->
                    text.append(number.decimalValue().stripTrailingZeros().toPlainString());
            case JsonNode value -> text.append(MAPPER.writeValueAsString(value));
        }
    }
}
