package io.stepfree.gateway.admission;

import io.stepfree.platform.site.SiteScope;
import io.stepfree.platform.target.UrlNormalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells whether the host of a page can ever be what a decision asks for: a host in the form that
 * pages have it, or a pattern of one, in which {@code *} stands for anything.
 */
final class DecidedHost {

    /** Names with stars: no label is empty or begins or ends with a hyphen of its own. */
    private static final Pattern NAMES =
            Pattern.compile(
                    "[a-z0-9_*](?:[a-z0-9_*-]*[a-z0-9_*])?"
                            + "(?:\\.[a-z0-9_*](?:[a-z0-9_*-]*[a-z0-9_*])?)*");

    /** IPv6 addresses with stars. */
    private static final Pattern ADDRESSES = Pattern.compile("[0-9a-f:*]*:[0-9a-f:*]*");

    private DecidedHost() {}

    /** Whether there can be such a host, in whatever case it is written. */
    static boolean canBe(String written) {
        String host = written.toLowerCase(Locale.ROOT);
        return host.contains("*")
                ? NAMES.matcher(host).matches() || ADDRESSES.matcher(host).matches()
                : Stream.of(host, "[" + host + "]")
                        .anyMatch(one -> form(one).equals(Optional.of(host)));
    }

    /** What to write in its place. */
    static String cure(String written) {
        return form(written)
                .map("is not how the host of a page is written; write %s"::formatted)
                .orElse(
                        "is not how the host of a page is written, without scheme, port and path: as shop.example, *.shop.example or 192.0.2.7");
    }

    /** The host as pages have it; empty for what is none. */
    private static Optional<String> form(String written) {
        return UrlNormalizer.normalize(written.contains("://") ? written : "http://" + written)
                .map(SiteScope::host);
    }
}
