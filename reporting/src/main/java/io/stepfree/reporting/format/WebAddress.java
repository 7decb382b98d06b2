package io.stepfree.reporting.format;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells addresses that may become a link from text that only looks like one. Stateless. */
final class WebAddress {

    /**
     * A host is taken as browsers know it, also with an underscore, which {@link URI} has in no
     * host. There is no place for user information, by which an address looks like another one, and
     * none for half of a surrogate pair.
     */
    private static final Pattern WEB =
            Pattern.compile(
                    "(https?://)((?:\\[[0-9A-Fa-f:.]+]|[-._A-Za-z0-9[^\\p{ASCII}\\p{Cs}]]+)(?::\\d{0,5})?)([/?][^#\\p{Cs}]*)?(#[^\\p{Cs}]*)?",
                    Pattern.CASE_INSENSITIVE);

    /** What browsers leave in a path, query or fragment and RFC 3986 has not in any of them. */
    private static final Pattern UNFIT =
            Pattern.compile("[\"<>\\\\^`{|}\\[\\]#]|%(?![0-9A-Fa-f]{2})");

    private static final String ANYWHERE = "https://host";

    private WebAddress() {}

    /**
     * The address as a URI (RFC 3986) in ASCII; empty unless it is one of http or https with a host
     * and without user information, so that no {@code javascript:} is ever followed.
     */
    static Optional<String> of(String text) {
        return parts(text).map(parts -> parts.scheme() + parts.host() + parts.rest());
    }

    /**
     * The address as a path that begins with the host, as shop.example/cart?x=1; empty where there
     * is none. It is a relative reference, so its first segment has neither a colon nor brackets
     * (RFC 3986, 4.2): localhost%3A3000/.
     */
    static Optional<String> withoutScheme(String text) {
        return parts(text)
                .map(parts ->
                        parts.host().replace(":", "%3A").replace("[", "%5B").replace("]", "%5D")
                                + parts.rest());
    }

    private record Parts(String scheme, String host, String rest) {}

    private static Optional<Parts> parts(String text) {
        Matcher parts = WEB.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String fragment = Objects.requireNonNullElse(parts.group(4), "");
        String rest =
                encoded(Objects.requireNonNullElse(parts.group(3), ""))
                        + (fragment.isEmpty() ? "" : "#" + encoded(fragment.substring(1)));
        try {
            // It refuses spaces and control characters, also those beyond ASCII.
            String scheme = parts.group(1);
            return Optional.of(
                    new Parts(
                            scheme,
                            ascii(scheme + parts.group(2)).substring(scheme.length()),
                            ascii(ANYWHERE + rest).substring(ANYWHERE.length())));
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }

    private static String ascii(String text) throws URISyntaxException {
        return new URI(text).toASCIIString();
    }

    private static String encoded(String text) {
        return UNFIT.matcher(text)
                .replaceAll(sign ->
                        "%"
                                + HexFormat.of()
                                        .withUpperCase()
                                        .toHexDigits((byte) sign.group().charAt(0)));
    }
}
