package io.stepfree.platform.target;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Gives the spellings of one page one form, so that a page is known again: by a crawl that has
 * queued it, or by the cache that has its result. Two addresses with the same form are equivalent
 * by the rules of the syntax (RFC 3986, 6.2.2 and 6.2.3). Addresses with different forms may still
 * be one page; only its server knows that.
 *
 * <ul>
 *   <li>Scheme and host are in lower case, the host in Punycode and without a trailing dot, an
 *       address in its canonical form; the scheme's own port is left out (RFC 3986, 6.2.2.1 and
 *       6.2.3).
 *   <li>In the path, what needs no encoding has none, what a browser encodes is encoded,
 *       hexadecimal digits are capital, and dot segments are resolved (6.2.2.2 and 6.2.2.3). A
 *       segment with a percent sign that begins no escape is left as it is: nobody knows how its
 *       server reads it.
 *   <li>The query is kept byte for byte. Its order, its escapes and its empty parts mean what the
 *       server says they mean.
 *   <li>The fragment is left out, as it is never sent. Where it chooses what a script shows, it has
 *       to be looked at beside this form.
 * </ul>
 *
 * The form of a form is itself. Stateless and thread-safe; never resolves a name, and says nothing
 * about whether the page may be visited, which {@link TargetPolicy} does.
 */
public final class UrlNormalizer {

    private static final String UNRESERVED_SYMBOLS = "-._~";

    /** What a browser encodes in a path, of ASCII that can be there (WHATWG URL, 1.3). */
    private static final String ENCODED_SYMBOLS = "\"<>^`{}";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private UrlNormalizer() {}

    /**
     * The one form of an address. Empty for what is no http or https address, has credentials, a
     * space, a control character, a backslash or half a surrogate pair, or a host or port that
     * cannot be; never for one that {@link TargetPolicy} allows and that can be written in UTF-8.
     */
    public static Optional<String> normalize(String url) {
        if (WrittenUrl.hasUnsafe(url) || !StandardCharsets.UTF_8.newEncoder().canEncode(url)) {
            return Optional.empty();
        }
        WrittenUrl parts = WrittenUrl.of(url);
        WrittenUrl.Place place = parts == null || parts.hasCredentials() ? null : parts.place();
        if (parts == null || place == null || place.port() < 1 || place.port() > 65_535) {
            return Optional.empty();
        }
        return origin(parts.scheme(), place).map(origin -> origin + rest(parts.rest()));
    }

    private static Optional<String> origin(String scheme, WrittenUrl.Place place) {
        WrittenHost host = place.host();
        if (host.isLiteral()) {
            return host.address()
                    .map(address ->
                            WrittenUrl.origin(
                                    scheme,
                                    address.toCanonicalString(),
                                    address.isIPv6(),
                                    place.port()));
        }
        return host.isName()
                ? Optional.of(WrittenUrl.origin(scheme, host.plain(), false, place.port()))
                : Optional.empty();
    }

    private static String rest(String rest) {
        int fragment = rest.indexOf('#');
        String sent = fragment < 0 ? rest : rest.substring(0, fragment);
        int query = sent.indexOf('?');
        return query < 0 ? path(sent) : path(sent.substring(0, query)) + sent.substring(query);
    }

    /* Segment by segment: what one of them is decoded to never changes where another one ends. */
    private static String path(String path) {
        List<String> kept = new ArrayList<>();
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            String segment = segment(segments[i]);
            boolean up = segment.equals("..");
            if (up && !kept.isEmpty()) {
                kept.removeLast();
            }
            if (!up && !segment.equals(".")) {
                kept.add(segment);
            } else if (i == segments.length - 1) {
                kept.add("");
            }
        }
        return "/" + String.join("/", kept);
    }

    private static String segment(String segment) {
        boolean readable = hasOnlyEscapes(segment);
        var plain = new StringBuilder(segment.length());
        int[] points = segment.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            if (points[i] == '%' && readable) {
                appendDecoded(plain, HexFormat.fromHexDigits(segment(points, i + 1)));
                i += 2;
            } else if (points[i] > 0x7e || ENCODED_SYMBOLS.indexOf(points[i]) >= 0) {
                appendEncoded(plain, points[i]);
            } else {
                plain.appendCodePoint(points[i]);
            }
        }
        return plain.toString();
    }

    private static String segment(int[] points, int from) {
        return new String(points, from, 2);
    }

    private static boolean hasOnlyEscapes(String segment) {
        for (int at = segment.indexOf('%'); at >= 0; at = segment.indexOf('%', at + 1)) {
            if (at + 2 >= segment.length()
                    || !HexFormat.isHexDigit(segment.charAt(at + 1))
                    || !HexFormat.isHexDigit(segment.charAt(at + 2))) {
                return false;
            }
        }
        return true;
    }

    private static void appendDecoded(StringBuilder plain, int octet) {
        if (isUnreserved(octet)) {
            plain.append((char) octet);
        } else {
            appendOctet(plain, octet);
        }
    }

    private static void appendEncoded(StringBuilder plain, int point) {
        for (byte octet : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
            appendOctet(plain, octet & 0xff);
        }
    }

    private static void appendOctet(StringBuilder plain, int octet) {
        plain.append('%').append(HEX.toHexDigits((byte) octet));
    }

    /** RFC 3986, 2.3. */
    private static boolean isUnreserved(int octet) {
        return (octet >= 'a' && octet <= 'z')
                || (octet >= 'A' && octet <= 'Z')
                || (octet >= '0' && octet <= '9')
                || UNRESERVED_SYMBOLS.indexOf(octet) >= 0;
    }
}
