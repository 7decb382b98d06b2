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
        int first = firstHidden(text);
        if (first < 0) {
            return text;
        }
        var visible = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int index = first; index < text.length(); index++) {
            append(visible, text.charAt(index));
        }
        return visible.toString();
    }

    /* Asked for every text of a report, of which nearly none hides anything. */
    private static int firstHidden(String text) {
        for (int index = 0; index < text.length(); index++) {
            if (hidden(text.charAt(index))) {
                return index;
            }
        }
        return -1;
    }

    private static void append(StringBuilder visible, char character) {
        if (!hidden(character)) {
            visible.append(character);
        } else if (character < ' ') {
            visible.append((char) (CONTROL_PICTURES + character));
        } else {
            visible.append("[U+%04X]".formatted((int) character));
        }
    }

    private static boolean hidden(char character) {
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
