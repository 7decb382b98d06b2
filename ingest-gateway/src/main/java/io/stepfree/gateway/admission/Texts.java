package io.stepfree.gateway.admission;

import org.jspecify.annotations.Nullable;

/** Rules for texts that end up in a header, a cookie or a selector. */
final class Texts {

    private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";

    private Texts() {}

    /** Whether it is a token of RFC 9110, 5.6.2. */
    static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c ->
                                (c >= 'a' && c <= 'z')
                                        || (c >= 'A' && c <= 'Z')
                                        || (c >= '0' && c <= '9')
                                        || TOKEN_SYMBOLS.indexOf(c) >= 0);
    }

    /** Whether it is made of ASCII from the space to the tilde. */
    static boolean isPrintable(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    /**
     * What is wrong with a text that must be printable and no longer than that; null if nothing.
     */
    static @Nullable String fault(String text, int longest) {
        if (text.length() > longest) {
            return "has %,d characters, more than %,d".formatted(text.length(), longest);
        }
        return isPrintable(text)
                ? null
                : "has a character that is not printable ASCII, such as a line break";
    }
}
