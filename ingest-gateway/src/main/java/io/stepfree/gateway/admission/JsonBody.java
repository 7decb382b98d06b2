package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.JsonPointer;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a body as JSON, strictly: one document, UTF-8, no key twice, no more bytes than allowed
 * however the body is framed, no half of a surrogate pair (I-JSON, RFC 7493). Thread-safe.
 */
public final class JsonBody {

    private static final int DEEPEST = 16;
    private static final int LONGEST_NUMBER = 64;

    private final int longest;
    private final JsonMapper json;

    /**
     * What came with the HTTP request.
     *
     * @param contentType the header Content-Type
     * @param contentEncoding the header Content-Encoding
     * @param length the announced length in bytes, or -1
     * @param bytes the body
     */
    public record Source(
            @Nullable String contentType,
            @Nullable String contentEncoding,
            long length,
            InputStream bytes) {}

    /**
     * @param longest the longest body accepted, in bytes
     */
    public JsonBody(int longest) {
        this.longest = longest;
        this.json =
                JsonMapper.builder(
                                JsonFactory.builder()
                                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                        .streamReadConstraints(
                                                StreamReadConstraints.builder()
                                                        .maxNestingDepth(DEEPEST)
                                                        .maxNumberLength(LONGEST_NUMBER)
                                                        .build())
                                        .build())
                        .build();
    }

    /**
     * The document in the body.
     *
     * @throws ProblemException when there is none, or it is too large, of another media type, or
     *     malformed
     */
    public JsonNode required(Source source) {
        requireJson(source);
        byte[] bytes = bytes(source);
        if (bytes.length == 0) {
            throw malformed(JsonPointer.ROOT, "The body is empty; a JSON object is needed.");
        }
        return parse(bytes);
    }

    /**
     * The document in the body, or null when the body is empty; then its media type does not
     * matter.
     *
     * @throws ProblemException when it is too large, of another media type, or malformed
     */
    public @Nullable JsonNode optional(Source source) {
        byte[] bytes = bytes(source);
        if (bytes.length == 0) {
            return null;
        }
        requireJson(source);
        return parse(bytes);
    }

    private static void requireJson(Source source) {
        String encoding = source.contentEncoding();
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "The body is encoded as %s; send it without a Content-Encoding."
                            .formatted(encoding));
        }
        String contentType = source.contentType();
        if (contentType == null || !isJson(contentType)) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "The body is declared as %s; send application/json in UTF-8."
                            .formatted(contentType == null ? "nothing" : contentType));
        }
    }

    private static boolean isJson(String contentType) {
        try {
            MediaType type = MediaType.parseMediaType(contentType);
            String charset = type.getParameter("charset");
            return type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)
                    && (charset == null
                            || charset.replace("\"", "").toLowerCase(Locale.ROOT).equals("utf-8"));
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private byte[] bytes(Source source) {
        if (source.length() > longest) {
            throw tooLarge();
        }
        byte[] bytes;
        try {
            bytes = source.bytes().readNBytes(longest + 1);
        } catch (IOException e) {
            // Wrong chunk framing, a body shorter than announced, or a client that went away or to
            // sleep.
            throw new ProblemException(
                    ProblemType.BAD_REQUEST,
                    "The body did not arrive whole; its framing may be wrong.");
        }
        if (bytes.length > longest) {
            throw tooLarge();
        }
        return bytes;
    }

    private ProblemException tooLarge() {
        return new ProblemException(
                ProblemType.BODY_TOO_LARGE,
                "The body is longer than the %,d bytes allowed.".formatted(longest),
                List.of(
                        FieldError.in(
                                JsonPointer.ROOT,
                                null,
                                "at most %,d bytes are allowed".formatted(longest))));
    }

    private JsonNode parse(byte[] bytes) {
        // Jackson would guess UTF-16 and UTF-32 and accept overlong forms; only UTF-8 is promised.
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw malformed(JsonPointer.ROOT, "The body is not UTF-8.");
        }
        try (JsonParser parser = json.createParser(text)) {
            try {
                if (parser.nextToken() == null) {
                    throw malformed(
                            JsonPointer.ROOT, "The body is blank; a JSON object is needed.");
                }
                JsonNode document = json.readTree(parser);
                if (parser.nextToken() != null) {
                    throw malformed(
                            JsonPointer.ROOT, "After the document comes more; send one document.");
                }
                requireWellFormed(document, JsonPointer.ROOT);
                return document;
            } catch (JacksonException e) {
                throw malformed(
                        new JsonPointer(
                                wellFormed(parser.streamReadContext().pathAsPointer().toString())),
                        explain(e));
            }
        }
    }

    /*
     * Half a surrogate pair can be written in JSON but in no UTF-8: neither records nor answers
     * could carry it.
     */
    private static void requireWellFormed(JsonNode node, JsonPointer at) {
        if (node.isString() && !node.asString().equals(wellFormed(node.asString()))) {
            throw malformed(at, "The text has half a surrogate pair.");
        }
        for (var field : node.properties()) {
            if (!field.getKey().equals(wellFormed(field.getKey()))) {
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

    private static ProblemException malformed(JsonPointer pointer, String detail) {
        return new ProblemException(
                ProblemType.MALFORMED_BODY, detail, List.of(FieldError.in(pointer, null, detail)));
    }
}
