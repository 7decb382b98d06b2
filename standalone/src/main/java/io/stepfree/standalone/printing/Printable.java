package io.stepfree.standalone.printing;

/**
 * Text from pages, made safe to print: a page must not move the cursor, ring the bell or turn the
 * writing direction of a terminal.
 */
public final class Printable {

    private Printable() {}

    /** The text on one line, without control and direction characters. */
    public static String line(String text) {
        var safe = new StringBuilder(text.length());
        text.codePoints().map(Printable::replacement).forEach(safe::appendCodePoint);
        return safe.toString().replaceAll(" {2,}", " ").strip();
    }

    /** The same, cut at {@code longest} characters. */
    public static String line(String text, int longest) {
        var line = line(text);
        return line.length() <= longest
                ? line
                : line.substring(0, longest - 3).stripTrailing() + "...";
    }

    private static int replacement(int codePoint) {
        if (Character.isWhitespace(codePoint)) {
            return ' ';
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> '?';
            default -> codePoint;
        };
    }
}
