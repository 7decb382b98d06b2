package io.stepfree.platform.site;

import io.stepfree.platform.target.UrlNormalizer;
import java.util.Optional;

/**
 * What belongs to one site: the addresses with the host and the port that it begins with. A leading
 * {@code www.} makes no difference, nor does http instead of https where both are on their own
 * ports; any other subdomain is another site. Immutable and thread-safe; never resolves a name.
 */
public final class SiteScope {

    private static final String WWW = "www.";

    private final String place;

    private SiteScope(String place) {
        this.place = place;
    }

    /** The site of that page; empty for what is no http or https address. */
    public static Optional<SiteScope> of(String start) {
        return UrlNormalizer.normalize(start).map(address -> new SiteScope(place(address)));
    }

    /**
     * The address in its {@linkplain UrlNormalizer one form} when it is of this site; empty when it
     * is of another one, or no page's at all.
     */
    public Optional<String> within(String url) {
        return UrlNormalizer.normalize(url).filter(address -> place(address).equals(place));
    }

    /** Path and query of an address in its one form, from the first slash on. */
    public static String path(String address) {
        return address.substring(pathStart(address));
    }

    /**
     * The host of an address in its one form, as {@link io.stepfree.platform.target.Target} has it.
     */
    public static String host(String address) {
        String authority = authority(address);
        if (authority.startsWith("[")) {
            return authority.substring(1, authority.indexOf(']'));
        }
        int port = authority.indexOf(':');
        return port < 0 ? authority : authority.substring(0, port);
    }

    private static String place(String address) {
        String authority = authority(address);
        return authority.startsWith(WWW) ? authority.substring(WWW.length()) : authority;
    }

    private static String authority(String address) {
        return address.substring(address.indexOf("://") + 3, pathStart(address));
    }

    private static int pathStart(String address) {
        return address.indexOf('/', address.indexOf("://") + 3);
    }
}
