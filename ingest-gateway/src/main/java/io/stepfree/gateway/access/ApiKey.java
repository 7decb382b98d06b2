package io.stepfree.gateway.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * A secret that its bearer is known by, such as {@code sf_live_…}: the environment it is for, 32
 * random letters and digits (190 bits), and 6 more that check the rest, so that a mistyped key is
 * told from a wrong one without asking anybody, and a scanner of leaked secrets knows one when it
 * sees one.
 */
public final class ApiKey {

    private static final String ALPHABET =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM = 32;
    private static final int CHECK = 6;
    private static final int SHOWN = 4;
    private static final Pattern ENVIRONMENT = Pattern.compile("[a-z0-9]{1,16}");
    private static final Pattern FORM =
            Pattern.compile("sf_[a-z0-9]{1,16}_[0-9A-Za-z]{%d}".formatted(RANDOM + CHECK));
    private static final SecureRandom SOURCE = new SecureRandom();

    private final String text;

    private ApiKey(String text) {
        this.text = text;
    }

    /**
     * A new one.
     *
     * @param environment 1 to 16 small letters and digits, such as live
     */
    public static ApiKey create(String environment) {
        if (!isEnvironment(environment)) {
            throw new IllegalArgumentException(
                    "'%s' is no environment: 1 to 16 small letters and digits"
                            .formatted(environment));
        }
        var key = new StringBuilder("sf_").append(environment).append('_');
        SOURCE.ints(RANDOM, 0, ALPHABET.length())
                .forEach(index -> key.append(ALPHABET.charAt(index)));
        return new ApiKey(key + check(key.toString()));
    }

    /** The key that a text is, if it is one and nothing of it was mistyped. */
    public static Optional<ApiKey> read(String text) {
        if (!FORM.matcher(text).matches()) {
            return Optional.empty();
        }
        int end = text.length() - CHECK;
        return check(text.substring(0, end)).equals(text.substring(end))
                ? Optional.of(new ApiKey(text))
                : Optional.empty();
    }

    static boolean isEnvironment(String text) {
        return ENVIRONMENT.matcher(text).matches();
    }

    private static String check(String text) {
        var sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.US_ASCII));
        long rest = sum.getValue();
        var check = new StringBuilder();
        for (int i = 0; i < CHECK; i++) {
            check.append(ALPHABET.charAt((int) (rest % ALPHABET.length())));
            rest /= ALPHABET.length();
        }
        return check.toString();
    }

    /** The secret itself, for its bearer only. */
    public String secret() {
        return text;
    }

    /** As much of it as may be shown, enough to tell it from others. */
    String prefix() {
        return text.substring(0, text.length() - RANDOM - CHECK + SHOWN);
    }

    /** By what it is kept: a secret of 190 random bits needs no slow hash. */
    byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return prefix() + "…";
    }
}
