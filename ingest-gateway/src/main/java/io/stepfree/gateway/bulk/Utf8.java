package io.stepfree.gateway.bulk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Reads bodies as UTF-8, without the byte order mark that some programs begin a file with. */
final class Utf8 {

    private static final int BYTE_ORDER_MARK = 0xfeff;

    private Utf8() {}

    /** A reader to which what is not UTF-8 is U+FFFD. */
    static Reader read(InputStream body) {
        return read(body, CodingErrorAction.REPLACE);
    }

    /** A reader that throws {@link java.nio.charset.CharacterCodingException} there. */
    static Reader readStrictly(InputStream body) {
        return read(body, CodingErrorAction.REPORT);
    }

    private static Reader read(InputStream body, CodingErrorAction wrong) {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(wrong)
                        .onUnmappableCharacter(wrong);
        var reader = new BufferedReader(new InputStreamReader(body, decoder));
        try {
            reader.mark(1);
            if (reader.read() != BYTE_ORDER_MARK) {
                reader.reset();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return reader;
    }
}
