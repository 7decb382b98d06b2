package io.stepfree.reporting.page;

/**
 * Makes characters seen that would otherwise hide or turn around the text near them. Stateless.
 *
 * <p>Control characters are not allowed in HTML at all; direction overrides can make a snippet read
 * as what it is not (CVE-2021-42574).
 */
final class VisibleText {

    private static final int CONTROL_PICTURES = 0x2400;

    private VisibleText() {}

    /**
     * The text with control characters as their pictures (U+2400 and on) and direction overrides
     * named.
     */
    static String of(String text) {
        if (text.chars().noneMatch(VisibleText::hidden)) {
            return text;
        }
        var visible = new StringBuilder(text.length() + 16);
        text.chars().forEach(character -> append(visible, character));
        return visible.toString();
    }

    private static void append(StringBuilder visible, int character) {
        if (!hidden(character)) {
            visible.append((char) character);
        } else if (character < ' ') {
            visible.append((char) (CONTROL_PICTURES + character));
        } else {
            visible.append("[U+%04X]".formatted(character));
        }
    }

    private static boolean hidden(int character) {
        boolean control =
                character < ' '
                        ? character != '\t' && character != '\n' && character != '\r'
                        : character >= 0x7F && character <= 0x9F;
        boolean direction =
                (character >= 0x202A && character <= 0x202E)
                        || (character >= 0x2066 && character <= 0x2069);
        boolean noCharacter = character == 0xFFFE || character == 0xFFFF;
        return control || direction || noCharacter;
    }
}
