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

    /** Line breaks and other control characters written out, so that they cannot forge a line. */
    static String visible(String text) {
        var shown = new StringBuilder(text.length());
        text.codePoints()
                .forEach(point -> {
                    switch (Character.getType(point)) {
                        case Character.CONTROL,
                                Character.FORMAT,
                                Character.LINE_SEPARATOR,
                                Character.PARAGRAPH_SEPARATOR ->
                                shown.append("\\u%04X".formatted(point));
                        default -> shown.appendCodePoint(point);
                    }
                });
        return shown.toString();
    }
}
