package io.stepfree.reports.shelf;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import io.stepfree.platform.compression.BrotliLibrary;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * In what form a page is kept besides the plain one, for web servers that hand files out as they
 * are.
 */
public enum Encoding {
    /* Neither is the strongest: what a step up takes in time is more than it leaves away in size. */
    /** Brotli, RFC 7932. */
    BR(".br", "br") {
        @Override
        byte[] encode(byte[] plain) throws IOException {
            return Encoder.compress(plain, Encoder.Parameters.create(2));
        }

        @Override
        InputStream decoding(InputStream encoded) throws IOException {
            return new BrotliInputStream(encoded);
        }

        @Override
        boolean available() {
            return BrotliLibrary.load();
        }
    },

    /** Gzip, RFC 1952. */
    GZIP(".gz", "gzip") {
        @Override
        byte[] encode(byte[] plain) throws IOException {
            var encoded = new ByteArrayOutputStream(plain.length / 4);
            try (var stream = new Quick(encoded)) {
                stream.write(plain);
            }
            return encoded.toByteArray();
        }

        @Override
        InputStream decoding(InputStream encoded) throws IOException {
            return new GZIPInputStream(encoded);
        }

        @Override
        boolean available() {
            return true;
        }
    };

    private final String ending;
    private final String word;

    Encoding(String ending, String word) {
        this.ending = ending;
        this.word = word;
    }

    /** What the name of an encoded file ends with. */
    String ending() {
        return ending;
    }

    /** How it is called in HTTP. */
    String word() {
        return word;
    }

    abstract byte[] encode(byte[] plain) throws IOException;

    /**
     * What was encoded so.
     *
     * @param most of how many bytes the rest is left out
     * @throws IOException when it is not encoded so
     */
    byte[] decode(byte[] encoded, int most) throws IOException {
        try (var plain = decoding(new ByteArrayInputStream(encoded))) {
            return plain.readNBytes(most);
        }
    }

    abstract InputStream decoding(InputStream encoded) throws IOException;

    /** Whether this machine can do it. */
    abstract boolean available();

    /* Its constructor sets no level. Equal bytes for equal pages: the head has no time in it. */
    private static final class Quick extends GZIPOutputStream {
        Quick(ByteArrayOutputStream to) throws IOException {
            super(to, 1 << 14);
            def.setLevel(3);
        }
    }
}
