package io.stepfree.reporting.document;

/**
 * Makes any text from outside fit for PostgreSQL and JSON. Stateless.
 *
 * <p>PostgreSQL refuses U+0000 in {@code text} and {@code jsonb} alike, and a surrogate without its
 * partner is no character at all: neither UTF-8 (RFC 3629) nor {@code jsonb} can hold it. Pages are
 * free to contain both.
 */
public final class StorableText {

    private static final char REPLACEMENT = '\uFFFD';

    private StorableText() {}

    /**
     * The text with each U+0000 and each lone surrogate replaced by U+FFFD; the same text when
     * there is none.
     */
    public static String of(String text) {
        int first = firstUnfit(text);
        if (first < 0) {
            return text;
        }
        var storable = new StringBuilder(text);
        for (int index = first; index < storable.length(); index++) {
            if (unfit(storable, index)) {
                storable.setCharAt(index, REPLACEMENT);
            }
        }
        return storable.toString();
    }

    private static int firstUnfit(String text) {
        for (int index = 0; index < text.length(); index++) {
            if (unfit(text, index)) {
                return index;
            }
        }
        return -1;
    }

    private static boolean unfit(CharSequence text, int index) {
        char character = text.charAt(index);
        if (Character.isHighSurrogate(character)) {
            return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
        }
        if (Character.isLowSurrogate(character)) {
            return index == 0 || !Character.isHighSurrogate(text.charAt(index - 1));
        }
        return character == '\0';
    }
}
