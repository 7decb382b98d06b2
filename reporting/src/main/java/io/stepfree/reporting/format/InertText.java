package io.stepfree.reporting.format;

import io.stepfree.reporting.document.StorableText;

/**
 * Text from a page for formats that cannot escape a character, or whose readers show it raw: XML,
 * CSV, plain text. Stateless.
 */
final class InertText {

    private static final int CONTROL_PICTURES = 0x2400;

    private InertText() {}

    /**
     * The text with what XML 1.0 (2.2) forbids, what steers terminals and what hides or turns
     * around the text near it made visible: a control character as its picture (U+2400 and on),
     * others as [U+202E]. Tabs and ends of lines stay.
     */
    static String of(String text) {
        if (text.chars().noneMatch(InertText::isReplaced)) {
            return text;
        }
        var inert = new StringBuilder(text.length() + 16);
        StorableText.of(text).chars().forEach(character -> append(inert, character));
        return inert.toString();
    }

    private static void append(StringBuilder inert, int character) {
        if (!isReplaced(character) || Character.isSurrogate((char) character)) {
            inert.append((char) character);
        } else if (character < ' ') {
            inert.append((char) (CONTROL_PICTURES + character));
        } else {
            inert.append("[U+%04X]".formatted(character));
        }
    }

    /* A surrogate may have no partner, which StorableText finds out. */
    private static boolean isReplaced(int character) {
        return isHidden(character) || Character.isSurrogate((char) character);
    }

    /** Whether it does something to the text around it, or to what shows it. */
    static boolean isHidden(int character) {
        boolean control =
                character < ' '
                        ? character != '\t' && character != '\n' && character != '\r'
                        : character >= 0x7F && character <= 0x9F;
        boolean direction =
                character == 0x061C
                        || character == 0x200E
                        || character == 0x200F
                        || (character >= 0x202A && character <= 0x202E)
                        || (character >= 0x2066 && character <= 0x2069);
        boolean endOfLine = character == 0x2028 || character == 0x2029;
        // U+200D stays: it holds emoji and letters of many scripts together.
        boolean zeroWidth =
                character == 0x200B
                        || character == 0x2060
                        || character == 0xFEFF
                        || character == 0xFFFE
                        || character == 0xFFFF;
        return control || direction || endOfLine || zeroWidth;
    }
}
