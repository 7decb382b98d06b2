package io.stepfree.deadletters.index;

/**
 * Makes any text fit for PostgreSQL, whose {@code text} and {@code jsonb} cannot hold the character
 * U+0000. Pages and foreign records can bring it along; without this one of them would fail at each
 * retry and stop its partition.
 */
public final class StorableText {

    private StorableText() {}

    /** The same text with U+FFFD, the replacement character, in the place of each U+0000. */
    public static String of(String text) {
        return text.replace('\0', '\uFFFD');
    }
}
