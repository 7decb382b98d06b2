package io.stepfree.gateway.bulk;

import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The body of a request on disk, so that it can be read twice and never is in memory as a whole.
 * Rows may bring secrets: the file has no name, and is encrypted with a key that nobody else has,
 * so that whatever becomes of this process, nothing can be read from it later. For one thread;
 * closing it frees the disk.
 */
final class Spool implements AutoCloseable {

    private static final String TRANSFORMATION = "AES/CTR/NoPadding";
    private static final int KEY_BYTES = 32;
    private static final int BLOCK_BYTES = 16;
    private static final int BUFFER_BYTES = 16 * 1024;

    private final FileChannel file;
    private final SecretKey key;
    private String sha256 = "";

    private Spool() throws IOException, GeneralSecurityException {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        this.key = new SecretKeySpec(bytes, "AES");
        Path path = Files.createTempFile("stepfree-bulk-", ".spool");
        // On Linux a file that is to be deleted when it is closed loses its name when it is opened.
        this.file =
                FileChannel.open(
                        path,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE);
    }

    /**
     * Reads the body to its end. Of one that is too long a part is read and forgotten, so that a
     * client that is still sending hears the answer.
     *
     * @param longest how many bytes it may have
     * @param within how long it may take
     * @throws ProblemException when it is too long, too slow, or breaks off
     */
    static Spool of(JsonBody.Source source, long longest, Duration within) {
        if (source.length() > 2 * longest) {
            throw JsonBody.tooLarge(longest);
        }
        try {
            var spool = new Spool();
            try {
                spool.fill(source.bytes(), longest, within);
                return spool;
            } catch (IOException | GeneralSecurityException | RuntimeException e) {
                spool.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the temporary folder cannot be written to", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has SHA-256 and " + TRANSFORMATION, e);
        }
    }

    private void fill(InputStream body, long longest, Duration within)
            throws IOException, GeneralSecurityException {
        long started = System.nanoTime();
        Cipher cipher = cipher(Cipher.ENCRYPT_MODE);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[BUFFER_BYTES];
        long length = 0;
        int read = JsonBody.next(body, buffer);
        while (read >= 0 && length <= 2 * longest) {
            length += read;
            if (System.nanoTime() - started > within.toNanos()) {
                throw new ProblemException(
                        ProblemType.BODY_TOO_SLOW,
                        "The body was not there after %d s; send fewer scans at once."
                                .formatted(within.toSeconds()));
            }
            if (length <= longest) {
                digest.update(buffer, 0, read);
                crypt(cipher, buffer, 0, read);
                var bytes = ByteBuffer.wrap(buffer, 0, read);
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
            }
            read = JsonBody.next(body, buffer);
        }
        if (length > longest) {
            throw JsonBody.tooLarge(longest);
        }
        sha256 = HexFormat.of().formatHex(digest.digest());
    }

    /** The hash of the whole body. */
    String sha256() {
        return sha256;
    }

    /** The body from its beginning; need not be closed, and ends with this. */
    InputStream open() {
        try {
            return new Reading(cipher(Cipher.DECRYPT_MODE));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + TRANSFORMATION, e);
        }
    }

    /* The key is for one body only, so that its counter may begin anywhere. */
    private Cipher cipher(int mode) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(TRANSFORMATION);
        cipher.init(mode, key, new IvParameterSpec(new byte[BLOCK_BYTES]));
        return cipher;
    }

    private static void crypt(Cipher cipher, byte[] bytes, int from, int length)
            throws GeneralSecurityException {
        if (cipher.update(bytes, from, length, bytes, from) != length) {
            throw new GeneralSecurityException(TRANSFORMATION + " holds bytes back");
        }
    }

    private final class Reading extends InputStream {

        private final Cipher cipher;
        private long position;

        Reading(Cipher cipher) {
            this.cipher = cipher;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = file.read(ByteBuffer.wrap(bytes, from, length), position);
            if (read <= 0) {
                return read;
            }
            position += read;
            try {
                crypt(cipher, bytes, from, read);
            } catch (GeneralSecurityException e) {
                throw new IOException(e);
            }
            return read;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
