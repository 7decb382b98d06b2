package io.stepfree.gateway.admission;

import io.stepfree.platform.site.SiteScope;
import io.stepfree.platform.target.UrlNormalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells whether the host of a page can ever be what somebody asks for, so that a mistake is not
 * answered with nothing, which looks like nothing wrong.
 */
final class PageHost {

    /** Names with stars: no label is empty or begins or ends with a hyphen of its own. */
    private static final Pattern NAMES =
            Pattern.compile(
                    "[a-z0-9_*](?:[a-z0-9_*-]*[a-z0-9_*])?"
                            + "(?:\\.[a-z0-9_*](?:[a-z0-9_*-]*[a-z0-9_*])?)*");

    /** IPv6 addresses with stars. */
    private static final Pattern ADDRESSES = Pattern.compile("[0-9a-f:*]*:[0-9a-f:*]*");

    private PageHost() {}

    /** Whether it is a host in the form that pages have it, in whatever case. */
    static boolean isOne(String written) {
        String host = written.toLowerCase(Locale.ROOT);
        return Stream.of(host, "[" + host + "]")
                .anyMatch(one -> form(one).equals(Optional.of(host)));
    }

    /** The same, or whether there can be one of this pattern, in which * stands for anything. */
    static boolean canBe(String written) {
        String host = written.toLowerCase(Locale.ROOT);
        return host.contains("*")
                ? NAMES.matcher(host).matches() || ADDRESSES.matcher(host).matches()
                : isOne(host);
    }

    /**
     * What to write in place of what is none.
     *
     * @param examples such as "shop.example or 192.0.2.7"
     */
    static String cure(String written, String examples) {
        return form(written)
                .or(() -> form("[" + written + "]"))
                .map("is not how the host of a page is written; write %s"::formatted)
                .orElse(
                        "is not how the host of a page is written, without scheme, port and path: as "
                                + examples);
    }

    /** The host as pages have it; empty for what is none. */
    private static Optional<String> form(String written) {
        return UrlNormalizer.normalize(written.contains("://") ? written : "http://" + written)
                .map(SiteScope::host);
    }
}
