package io.stepfree.platform.target;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an http or https address as somebody wrote it.
 *
 * @param scheme in lower case
 * @param authority what stands before the path, as it was written
 * @param rest path, query and fragment, as they were written; begins with a slash
 */
record WrittenUrl(String scheme, String authority, String rest) {

    private static final Pattern URL =
            Pattern.compile("(https?)://([^/?#]*)([/?#].*)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern AUTHORITY =
            Pattern.compile("(\\[[^\\]]*\\]|[^:\\[\\]]*)(?::(\\d{0,5}))?");

    /**
     * Host and port; the port is the scheme's own where none is written, and may be out of range.
     */
    record Place(WrittenHost host, int port) {}

    /** Null for what is no such address. */
    static @Nullable WrittenUrl of(String url) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            return null;
        }
        String rest = matcher.group(3) == null ? "/" : matcher.group(3);
        return new WrittenUrl(
                matcher.group(1).toLowerCase(Locale.ROOT),
                matcher.group(2),
                rest.startsWith("/") ? rest : "/" + rest);
    }

    /** Whether it has a space, a control character or a backslash, which browsers rewrite. */
    static boolean hasUnsafe(String url) {
        return url.chars().anyMatch(c -> c <= ' ' || c == '\\' || c == 0x7f);
    }

    boolean hasCredentials() {
        return authority.contains("@");
    }

    /** Null where the host is missing or cannot be read. */
    @Nullable Place place() {
        Matcher matcher = AUTHORITY.matcher(authority);
        if (!matcher.matches() || matcher.group(1).isEmpty()) {
            return null;
        }
        String port = matcher.group(2);
        return new Place(
                WrittenHost.of(matcher.group(1)),
                port == null || port.isEmpty() ? ownPort(scheme) : Integer.parseInt(port));
    }

    /** Scheme, host and port in their plain form. */
    static String origin(String scheme, String host, boolean brackets, int port) {
        return scheme
                + "://"
                + (brackets ? "[" + host + "]" : host)
                + (port == ownPort(scheme) ? "" : ":" + port);
    }

    private static int ownPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }
}
