package io.stepfree.gateway.compression;

import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Reads what a client says it can decode (RFC 9110, 12.5.3). */
final class AcceptedEncodings {

    private static final String ANY = "*";

    private AcceptedEncodings() {}

    /**
     * Whether the client can read Brotli and likes it no less than gzip.
     *
     * @param header the value of Accept-Encoding
     */
    static boolean preferBrotli(@Nullable String header) {
        if (header == null) {
            return false;
        }
        double brotli = weight(header, "br").orElseGet(() -> weight(header, ANY).orElse(0));
        double gzip = weight(header, "gzip").orElse(0);
        return brotli > 0 && brotli >= gzip;
    }

    private static OptionalDouble weight(String header, String coding) {
        for (String part : header.split(",", -1)) {
            String[] fields = part.split(";", -1);
            if (fields[0].strip().equalsIgnoreCase(coding)) {
                return OptionalDouble.of(fields.length == 1 ? 1 : quality(fields[1]));
            }
        }
        return OptionalDouble.empty();
    }

    private static double quality(String field) {
        String written = field.strip().toLowerCase(Locale.ROOT);
        if (!written.startsWith("q=")) {
            return 1;
        }
        try {
            return Double.parseDouble(written.substring(2).strip());
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
