package io.stepfree.gateway.admission;

import crawlercommons.domains.EffectiveTldFinder;
import io.stepfree.platform.secret.ScanSecrets.Cookie;
import java.net.IDN;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the cookies of a scan (RFC 6265). A cookie may be for the page's host or for a domain above
 * it, as far up as one owner goes (the public suffix list), and for nobody else.
 */
final class CookieRules {

    private static final int MOST = 50;
    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_VALUE = 4_096;
    private static final int LONGEST_PATH = 1_024;

    private CookieRules() {}

    /**
     * @param host the page's host; null where its address is wrong, so that domains cannot be
     *     judged
     */
    static List<Cookie> read(ObjectFields options, @Nullable String host) {
        var cookies = new ArrayList<Cookie>();
        for (ObjectFields fields : options.secretObjects("cookies", MOST)) {
            String name = name(fields);
            String value = value(fields);
            String domain = domain(fields, host);
            String path = path(fields);
            fields.rejectOthers();
            cookies.add(new Cookie(name, value, domain, path));
        }
        return cookies;
    }

    private static String name(ObjectFields fields) {
        String name = fields.requiredText("name");
        if (name != null && (!Texts.isToken(name) || name.length() > LONGEST_NAME)) {
            fields.wrong(
                    "name",
                    null,
                    "is not the name of a cookie (RFC 6265, 4.1.1) of at most %d characters"
                            .formatted(LONGEST_NAME));
        }
        return name == null ? "" : name;
    }

    private static String value(ObjectFields fields) {
        String value = fields.requiredText("value");
        if (value == null) {
            return "";
        }
        String fault =
                value.contains(";")
                        ? "has a semicolon, which ends a cookie; encode it"
                        : Texts.fault(value, LONGEST_VALUE);
        if (fault != null) {
            fields.wrong("value", null, fault);
        }
        return value;
    }

    private static String path(ObjectFields fields) {
        String path = fields.text("path");
        if (path == null) {
            return "";
        }
        if (!path.startsWith("/") || path.contains(";")) {
            fields.wrong("path", null, "must begin with a slash and have no semicolon");
        } else {
            String fault = Texts.fault(path, LONGEST_PATH);
            if (fault != null) {
                fields.wrong("path", null, fault);
            }
        }
        return path;
    }

    private static String domain(ObjectFields fields, @Nullable String host) {
        String written = fields.text("domain");
        if (written == null || host == null) {
            return "";
        }
        String domain = plain(written);
        if (domain.equals(host)) {
            return domain;
        }
        String site = site(host);
        if (site == null || !isOrIsUnder(host, domain) || !isOrIsUnder(domain, site)) {
            fields.wrong(
                    "domain",
                    null,
                    site == null || site.equals(host)
                            ? "must be the page's own host, %s".formatted(host)
                            : "must be the page's host, %s, or a domain above it, up to %s"
                                    .formatted(host, site));
        }
        return domain;
    }

    private static boolean isOrIsUnder(String name, String above) {
        return name.equals(above) || name.endsWith("." + above);
    }

    /** The domain that one owner has registered; null for addresses and names outside of it. */
    private static @Nullable String site(String host) {
        return host.contains(":") ? null : EffectiveTldFinder.getAssignedDomain(host, true);
    }

    private static String plain(String written) {
        String undotted = written.startsWith(".") ? written.substring(1) : written;
        try {
            return IDN.toASCII(undotted).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }
}
