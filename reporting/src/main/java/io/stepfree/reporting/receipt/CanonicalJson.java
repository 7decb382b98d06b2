package io.stepfree.reporting.receipt;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes JSON in the one way that all its spellings have in common: members in the order of their
 * names (by UTF-16 unit), no white space, numbers without an exponent and without zeros that say
 * nothing. So a report has the same hash as it was written, as PostgreSQL keeps it (jsonb orders
 * members anew) and as an editor indents it. Strings are compared by value.
 *
 * <p>It is near to RFC 8785, which orders members alike, but writes numbers as JavaScript does, as
 * doubles and with exponents, and control characters with small hexadecimal digits. Thread-safe.
 */
final class CanonicalJson {

    /** How many digits a number may have on either side of the point; a double has up to 340. */
    private static final int DIGITS = 400;

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
                    // Of two members of one name another reader may believe the other.
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
                    .build();

    private CanonicalJson() {}

    /**
     * Reads a text.
     *
     * @throws ArithmeticException if a number in it is beyond all bounds
     * @throws JacksonException if it is no JSON, or an object has two members of one name
     */
    static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (NumberFormatException e) {
            throw beyondBounds(e);
        } catch (JacksonException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof NumberFormatException) {
                    throw beyondBounds(e);
                }
            }
            throw e;
        }
    }

    private static ArithmeticException beyondBounds(Throwable cause) {
        var beyond = new ArithmeticException("a number that cannot be kept");
        beyond.initCause(cause);
        return beyond;
    }

    /**
     * Writes what was read.
     *
     * @throws ArithmeticException if a number has more than 400 digits before or after its point
     */
    static String write(JsonNode node) {
        var text = new StringBuilder();
        write(node, text);
        return text.toString();
    }

    /** A record as what is read of its JSON. */
    static JsonNode node(Object value) {
        return read(MAPPER.writeValueAsString(value));
    }

    /** Values as an array of them. */
    static JsonNode array(Stream<JsonNode> values) {
        return MAPPER.createArrayNode().addAll(values.toList());
    }

    /** An object without members. */
    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A text as a value. */
    static JsonNode text(String text) {
        return MAPPER.getNodeFactory().stringNode(text);
    }

    /** Whether it is text: half of a surrogate pair would become a question mark in UTF-8. */
    static boolean isText(String written) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(written);
    }

    private static void write(JsonNode node, StringBuilder text) {
        switch (node) {
            case ObjectNode object -> {
                text.append('{');
                var names = object.properties().stream().map(Map.Entry::getKey).sorted().iterator();
                while (names.hasNext()) {
                    String name = names.next();
                    quote(name, text);
                    text.append(':');
                    write(object.path(name), text);
                    text.append(names.hasNext() ? "," : "");
                }
                text.append('}');
            }
            case JsonNode array when array.isArray() -> {
                text.append('[');
                var elements = array.iterator();
                while (elements.hasNext()) {
                    write(elements.next(), text);
                    text.append(elements.hasNext() ? "," : "");
                }
                text.append(']');
            }
            // All but a few of them.
            case JsonNode number when number.isInt() || number.isLong() ->
                    text.append(number.longValue());
            case JsonNode number when number.isNumber() ->
                    text.append(
                            bounded(number.decimalValue()).stripTrailingZeros().toPlainString());
            case JsonNode string when string.isString() -> quote(string.stringValue(), text);
            case JsonNode flag when flag.isBoolean() -> text.append(flag.booleanValue());
            case JsonNode nothing when nothing.isNull() || nothing.isMissingNode() ->
                    text.append("null");
            case JsonNode value -> text.append(MAPPER.writeValueAsString(value));
        }
    }

    /* As the mapper writes it, without the generator that it makes for each. */
    private static void quote(String value, StringBuilder text) {
        text.append('"');
        JsonStringEncoder.getInstance().quoteAsString(value, text);
        text.append('"');
    }

    /* Ten signs of an exponent could ask for a gigabyte of zeros. */
    private static BigDecimal bounded(BigDecimal number) {
        long scale = number.scale();
        if (Math.abs(scale) > DIGITS || Math.abs(number.precision() - scale) > DIGITS) {
            throw new ArithmeticException(
                    "a number has more than %d digits on a side of its point".formatted(DIGITS));
        }
        return number;
    }
}
