package io.stepfree.platform.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one field of a request. Exactly one of pointer and parameter is there.
 *
 * @param pointer where in the body, an RFC 6901 pointer; empty for the body itself
 * @param parameter which query parameter, by name
 * @param value what was sent, cut to what is safe and useful to show; absent where it is secret or
 *     missing
 * @param detail what is wrong and what would be right
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FieldError(
        @Nullable String pointer,
        @Nullable String parameter,
        @Nullable String value,
        String detail) {

    private static final int LONGEST_VALUE = 200;

    public FieldError {
        value = value == null ? null : shown(value);
        detail = printableText(detail);
    }

    /** An error in the body. */
    public static FieldError in(JsonPointer pointer, @Nullable String value, String detail) {
        return new FieldError(pointer.text(), null, value, detail);
    }

    /** An error in the query string. */
    public static FieldError inQuery(String parameter, @Nullable String value, String detail) {
        return new FieldError(null, parameter, value, detail);
    }

    /**
     * What a client sent, as it may go back to it and into its logs: of a useful length, without
     * control characters, direction marks, and halves of surrogate pairs, which have no UTF-8 form.
     */
    public static String shown(String value) {
        String safe = printableText(value);
        if (safe.codePointCount(0, safe.length()) <= LONGEST_VALUE) {
            return safe;
        }
        return safe.substring(0, safe.offsetByCodePoints(0, LONGEST_VALUE)) + "…";
    }

    /** The text with a sign in place of each character that a terminal or a log would obey. */
    public static String printableText(String text) {
        var safe = new StringBuilder(text.length());
        text.codePoints().map(FieldError::printable).forEach(safe::appendCodePoint);
        return safe.toString();
    }

    private static int printable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    0xFFFD;
            default -> codePoint;
        };
    }
}
