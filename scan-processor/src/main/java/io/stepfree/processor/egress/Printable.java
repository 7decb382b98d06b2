package io.stepfree.processor.egress;

/** Makes what a page sent fit for one line of a log: no line breaks, no terminal commands. */
final class Printable {

    private Printable() {}

    static String of(String text, int limit) {
        var kept = new StringBuilder(Math.min(text.length(), limit));
        for (int i = 0; i < text.length() && kept.length() < limit; i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || Character.isSurrogate(c)
                    || c == '\u2028'
                    || c == '\u2029') {
                kept.append("\\u%04x".formatted((int) c));
            } else {
                kept.append(c);
            }
        }
        return kept.toString();
    }
}
