package io.stepfree.platform.secret;

import io.stepfree.schemas.scan.SealedSecrets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Seals the secrets of a scan and opens them again: AES-256-GCM with a fresh nonce each time, and
 * the scan's id as associated data, so that secrets moved to another scan do not open. Neither a
 * result nor an exception ever tells a value. Thread-safe.
 */
public final class SecretSealer {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String TRANSFORMATION = "AES/GCM/NoPadding";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;

    /** What is sealed is filled up to a multiple of this, so that its size tells little. */
    private static final int BLOCK_BYTES = 256;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Map<String, SecretKey> keys;
    private final String current;
    private final SecureRandom random = new SecureRandom();

    private SecretSealer(Map<String, SecretKey> keys, String current) {
        this.keys = Map.copyOf(keys);
        this.current = current;
    }

    /**
     * A sealer with these keys; without any it can neither seal nor open.
     *
     * @throws IllegalArgumentException naming the setting that is wrong, and never its value
     */
    public static SecretSealer of(SecretProperties properties) {
        var keys = new TreeMap<String, SecretKey>();
        properties.keys().forEach((name, text) -> keys.put(name, key(name, text)));
        return new SecretSealer(keys, current(properties));
    }

    /** Whether there is a key to seal with. */
    public boolean canSeal() {
        return !current.isEmpty();
    }

    /**
     * Seals the secrets of that scan with the current key.
     *
     * @throws IllegalStateException when there is no key, see {@link #canSeal()}
     */
    public SealedSecrets seal(ScanSecrets secrets, String scanId) {
        return seal(JSON.writeValueAsBytes(secrets), scanId);
    }

    /**
     * Seals a text that is no scan's, with the current key.
     *
     * @param text without white space at its end
     * @param subject what it belongs to, without which it does not open
     * @throws IllegalStateException when there is no key, see {@link #canSeal()}
     */
    public SealedSecrets sealText(String text, String subject) {
        return seal(text.getBytes(StandardCharsets.UTF_8), subject);
    }

    private SealedSecrets seal(byte[] text, String subject) {
        SecretKey key = keys.get(current);
        if (key == null) {
            throw new IllegalStateException("stepfree.secrets.keys has no key to seal with");
        }
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] clear = filledUp(text);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, subject);
            ByteBuffer sealed = ByteBuffer.allocate(NONCE_BYTES + clear.length + TAG_BYTES);
            sealed.put(nonce).put(cipher.doFinal(clear)).flip();
            return SealedSecrets.newBuilder().setKey(current).setSealed(sealed).build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + TRANSFORMATION, e);
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    /**
     * The secrets that were sealed for that scan.
     *
     * @throws SecretsUnreadableException when they were sealed for another scan or with a key that
     *     is not known here, or were altered
     */
    public ScanSecrets open(SealedSecrets sealed, String scanId) {
        byte[] clear = unseal(sealed, scanId);
        try {
            return JSON.readValue(clear, ScanSecrets.class);
        } catch (JacksonException _) {
            throw new SecretsUnreadableException(
                    "the secrets were sealed by a version of Stepfree that this one does not understand",
                    true);
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    /**
     * The text that {@link #sealText} sealed for that subject.
     *
     * @throws SecretsUnreadableException as {@link #open}
     */
    public String openText(SealedSecrets sealed, String subject) {
        byte[] clear = unseal(sealed, subject);
        try {
            return new String(clear, StandardCharsets.UTF_8).stripTrailing();
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    private byte[] unseal(SealedSecrets sealed, String subject) {
        SecretKey key = keys.get(sealed.getKey());
        if (key == null) {
            throw new SecretsUnreadableException(unknown(sealed.getKey()), true);
        }
        byte[] bytes = new byte[sealed.getSealed().remaining()];
        sealed.getSealed().duplicate().get(bytes);
        if (bytes.length < NONCE_BYTES + TAG_BYTES) {
            throw altered(sealed.getKey());
        }
        try {
            byte[] nonce = Arrays.copyOf(bytes, NONCE_BYTES);
            return cipher(Cipher.DECRYPT_MODE, key, nonce, subject)
                    .doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
        } catch (GeneralSecurityException _) {
            throw altered(sealed.getKey());
        }
    }

    private String unknown(String name) {
        return "the secrets are sealed with the key %s, which is not in stepfree.secrets.keys here (it has %s)"
                .formatted(
                        NAME.matcher(name).matches() ? name : "of a name that no key can have",
                        keys.isEmpty() ? "none" : String.join(", ", new TreeSet<>(keys.keySet())));
    }

    private static SecretsUnreadableException altered(String key) {
        return new SecretsUnreadableException(
                "the secrets do not open with the key %s: they were sealed with another key of that name or for another scan, or were altered"
                        .formatted(key),
                false);
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String subject)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(TRANSFORMATION);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
        cipher.updateAAD(subject.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static byte[] filledUp(byte[] text) {
        int blocks = Math.ceilDiv(text.length, BLOCK_BYTES);
        byte[] filled = Arrays.copyOf(text, blocks * BLOCK_BYTES);
        Arrays.fill(filled, text.length, filled.length, (byte) ' ');
        Arrays.fill(text, (byte) 0);
        return filled;
    }

    private static SecretKey key(String name, String text) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "stepfree.secrets.keys has a key whose name is not 1 to 64 letters, digits, dots, dashes or underscores");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException _) {
            // Its message would quote a character.
            throw new IllegalArgumentException(
                    "stepfree.secrets.keys.%s is not Base64; make one with: openssl rand -base64 32"
                            .formatted(name));
        }
        if (bytes.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "stepfree.secrets.keys.%s has %d bytes where 32 are needed; make one with: openssl rand -base64 32"
                            .formatted(name, bytes.length));
        }
        return new SecretKeySpec(bytes, "AES");
    }

    private static String current(SecretProperties properties) {
        var names = new TreeSet<>(properties.keys().keySet());
        if (properties.current().isEmpty()) {
            if (names.size() > 1) {
                throw new IllegalArgumentException(
                        "stepfree.secrets.current must say which of the keys is used: "
                                + String.join(", ", names));
            }
            return names.isEmpty() ? "" : names.getFirst();
        }
        if (!names.contains(properties.current())) {
            throw new IllegalArgumentException(
                    "stepfree.secrets.current names a key that stepfree.secrets.keys does not have");
        }
        return properties.current();
    }
}
