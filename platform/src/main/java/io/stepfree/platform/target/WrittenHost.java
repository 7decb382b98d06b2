package io.stepfree.platform.target;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import java.net.IDN;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The host of an address as somebody wrote it, read as a browser reads it (WHATWG URL: decimal,
 * hexadecimal and octal addresses, full-width and circled digits, trailing dots).
 *
 * @param written with brackets, where it has them
 * @param plain in lower case and Punycode, without brackets and trailing dot; empty where it cannot
 *     be read
 */
record WrittenHost(String written, String plain) {

    private static final int LONGEST = 253;
    private static final Pattern LABELS =
            Pattern.compile(
                    "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*");
    private static final Pattern LOOKS_NUMERIC =
            Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)");
    private static final IPAddressStringParameters AS_A_BROWSER_READS =
            new IPAddressStringParameters.Builder()
                    .allowEmpty(false)
                    .allowAll(false)
                    .allowPrefix(false)
                    .allowMask(false)
                    .allowWildcardedSeparator(false)
                    .getIPv4AddressParametersBuilder()
                    .allow_inet_aton(true)
                    .getParentBuilder()
                    .getIPv6AddressParametersBuilder()
                    .allowZone(false)
                    .getParentBuilder()
                    .toParams();

    static WrittenHost of(String written) {
        return new WrittenHost(
                written,
                written.startsWith("[")
                        ? written.substring(1, written.length() - 1)
                        : plain(written));
    }

    /** Whether it is meant as an address and not as a name; it may be none for all that. */
    boolean isLiteral() {
        return written.startsWith("[") || LOOKS_NUMERIC.matcher(plain).matches();
    }

    /** The one address that a literal stands for, an IPv4 address where it is one mapped. */
    Optional<IPAddress> address() {
        IPAddress parsed = new IPAddressString(plain, AS_A_BROWSER_READS).getAddress();
        return parsed == null || parsed.isMultiple() || written.startsWith("[") != parsed.isIPv6()
                ? Optional.empty()
                : Optional.of(unwrap(parsed));
    }

    boolean isName() {
        return LABELS.matcher(plain).matches() && plain.length() <= LONGEST;
    }

    /** An IPv4 address mapped into IPv6 (RFC 4291, 2.5.5.2) is the IPv4 address. */
    static IPAddress unwrap(IPAddress address) {
        return address.isIPv6() && address.toIPv6().isIPv4Mapped()
                ? address.toIPv6().getEmbeddedIPv4Address()
                : address;
    }

    /**
     * The host as a browser compares it: compatibility forms folded, lower case, Punycode, no
     * trailing dot.
     */
    private static String plain(String written) {
        if (written.contains("%")) {
            return "";
        }
        String folded =
                Normalizer.normalize(written, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        String undotted = folded.endsWith(".") ? folded.substring(0, folded.length() - 1) : folded;
        try {
            return IDN.toASCII(undotted).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }
}
