package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.JsonPointer;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads one document of JSON, strictly: UTF-8, no key twice, no deep nesting, no half of a
 * surrogate pair (I-JSON, RFC 7493). Thread-safe.
 */
public final class StrictJson {

    /** How many objects and arrays may be inside of one another. */
    public static final int DEEPEST = 16;

    private static final int LONGEST_NUMBER = 64;

    private final String what;
    private final JsonMapper json;

    /**
     * @param what holds the document, for people, such as body
     */
    public StrictJson(String what) {
        this.what = what;
        this.json =
                JsonMapper.builder(
                                JsonFactory.builder()
                                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                        .streamReadConstraints(
                                                constraints().maxNestingDepth(DEEPEST).build())
                                        .build())
                        // Told below, in words of ours.
                        .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .build();
    }

    /** What holds for every JSON that a client sends. */
    public static StreamReadConstraints.Builder constraints() {
        return StreamReadConstraints.builder().maxNumberLength(LONGEST_NUMBER);
    }

    /**
     * The document in these bytes.
     *
     * @throws ProblemException when there is none, or it is malformed
     */
    public JsonNode parse(byte[] bytes) {
        // Jackson would guess UTF-16 and UTF-32 and accept overlong forms; only UTF-8 is promised.
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw malformed(JsonPointer.ROOT, "The %s is not UTF-8.".formatted(what));
        }
        return parse(text);
    }

    /** The same for a text. */
    public JsonNode parse(String text) {
        try (JsonParser parser = json.createParser(text)) {
            try {
                if (parser.nextToken() == null) {
                    throw malformed(
                            JsonPointer.ROOT,
                            "The %s is blank; a JSON object is needed.".formatted(what));
                }
                JsonNode document = json.readTree(parser);
                if (parser.nextToken() != null) {
                    throw malformed(
                            JsonPointer.ROOT, "After the document comes more; send one document.");
                }
                requireWellFormed(document, JsonPointer.ROOT);
                return document;
            } catch (JacksonException e) {
                throw malformed(parser, e);
            }
        }
    }

    /** The problem of a document that a parser cannot read on. */
    public static ProblemException malformed(JsonParser parser, JacksonException e) {
        return malformed(
                new JsonPointer(wellFormed(parser.streamReadContext().pathAsPointer().toString())),
                explain(e));
    }

    /** The problem of a document that is malformed there. */
    public static ProblemException malformed(JsonPointer pointer, String detail) {
        return new ProblemException(
                ProblemType.MALFORMED_BODY, detail, List.of(FieldError.in(pointer, null, detail)));
    }

    /*
     * Half a surrogate pair can be written in JSON but in no UTF-8: neither records nor answers
     * could carry it.
     */
    private static void requireWellFormed(JsonNode node, JsonPointer at) {
        if (node.isString() && !isWellFormed(node.asString())) {
            throw malformed(at, "The text has half a surrogate pair.");
        }
        for (var field : node.properties()) {
            if (!isWellFormed(field.getKey())) {
                throw malformed(at, "A name has half a surrogate pair.");
            }
            requireWellFormed(field.getValue(), at.child(field.getKey()));
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                requireWellFormed(node.path(i), at.child(Integer.toString(i)));
            }
        }
    }

    private static boolean isWellFormed(String text) {
        return text.equals(wellFormed(text));
    }

    private static String wellFormed(String text) {
        var safe = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> Character.getType(point) == Character.SURROGATE ? 0xFFFD : point)
                .forEach(safe::appendCodePoint);
        return safe.toString();
    }

    private static String explain(JacksonException e) {
        String reason = e.getOriginalMessage();
        var location = e.getLocation();
        return location == null
                ? reason
                : "%s (line %d, column %d)"
                        .formatted(reason, location.getLineNr(), location.getColumnNr());
    }
}
