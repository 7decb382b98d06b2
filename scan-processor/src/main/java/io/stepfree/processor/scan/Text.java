package io.stepfree.processor.scan;

/** Makes strangers' text fit to be kept. */
final class Text {

    private Text() {}

    /**
     * At most {@code limit} UTF-16 units. NUL and lone surrogates, which PostgreSQL and UTF-8
     * cannot hold, become the replacement character.
     */
    static String cut(String text, int limit) {
        int length = Math.min(text.length(), limit);
        if (length < text.length()
                && length > 0
                && Character.isHighSurrogate(text.charAt(length - 1))) {
            length--;
        }
        var kept = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < length
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                kept.append(c).append(text.charAt(++i));
            } else {
                kept.append(c == 0 || Character.isSurrogate(c) ? '\uFFFD' : c);
            }
        }
        return kept.toString();
    }
}
