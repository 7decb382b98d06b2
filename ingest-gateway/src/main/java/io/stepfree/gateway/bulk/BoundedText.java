package io.stepfree.gateway.bulk;

import java.io.Writer;

/** Keeps the beginning of what is written, and forgets the rest. For one thread. */
final class BoundedText extends Writer {

    private final int longest;
    private final StringBuilder text = new StringBuilder();

    /**
     * @param longest how many characters are kept
     */
    BoundedText(int longest) {
        this.longest = longest;
    }

    @Override
    public void write(char[] characters, int from, int length) {
        text.append(characters, from, Math.min(length, longest - text.length()));
    }

    @Override
    public void flush() {
        // There is nothing behind it.
    }

    @Override
    public void close() {
        // What was kept stays.
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
