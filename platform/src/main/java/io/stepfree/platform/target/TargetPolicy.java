package io.stepfree.platform.target;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.net.InetAddress;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides which addresses may be scanned. The gateway asks with the address as it was written, the
 * worker again with what the name resolved to. Host names are read as a browser reads them (WHATWG
 * URL: decimal, hexadecimal and octal addresses, full-width and circled digits, trailing dots),
 * because what counts is where the browser would go.
 *
 * <p>Immutable and thread-safe; never resolves a name.
 */
public final class TargetPolicy {

    /** The longest address that is taken, in characters. */
    public static final int LONGEST_URL = 2_048;

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*");
    private static final List<String> INTERNAL_NAMES =
            List.of("localhost", "local", "internal", "localdomain", "home.arpa", "lan");
    private final AllowList allowList;
    private final List<Integer> ports;

    private TargetPolicy(AllowList allowList, List<Integer> ports) {
        this.allowList = allowList;
        this.ports = ports;
    }

    /**
     * @throws IllegalArgumentException naming the entry of {@code stepfree.targets.allow} that
     *     cannot be read
     */
    public static TargetPolicy of(TargetProperties properties) {
        return new TargetPolicy(new AllowList(properties.allow()), properties.ports());
    }

    /**
     * Judges an address as somebody wrote it; a host name that is not an address still has to be
     * resolved later.
     */
    public Verdict judgeUrl(String url) {
        if (url.length() > LONGEST_URL) {
            return refused(
                    "the address has %d characters, more than %d"
                            .formatted(url.length(), LONGEST_URL));
        }
        if (WrittenUrl.hasUnsafe(url)) {
            return refused(
                    "the address has a space, a control character or a backslash; encode it");
        }
        WrittenUrl parts = WrittenUrl.of(url);
        if (parts == null) {
            Matcher scheme = SCHEME.matcher(url);
            return refused(
                    scheme.matches()
                            ? "the address begins with %s:, only http:// and https:// can be scanned"
                                    .formatted(scheme.group(1))
                            : "the address has no scheme; write http:// or https:// before it");
        }
        if (parts.hasCredentials()) {
            return refused("the address has credentials in it; leave out what stands before @");
        }
        WrittenUrl.Place place = parts.place();
        if (place == null) {
            return refused("the address has no host, or one that cannot be read");
        }
        if (place.port() < 1 || place.port() > 65_535) {
            return refused(
                    "the address names port %d; ports go from 1 to 65535".formatted(place.port()));
        }
        return place.host().isLiteral() ? judgeLiteral(parts, place) : judgeName(parts, place);
    }

    /** Judges one address that a host name resolved to, right before it is visited. */
    public Verdict judgeAddress(InetAddress address, String host, int port) {
        IPAddress resolved =
                WrittenHost.unwrap(
                        new IPAddressString(address.getHostAddress().replaceFirst("%.*", ""))
                                .getAddress());
        boolean covered = covered(host, resolved, port);
        if (!isPublic(resolved) && !covered) {
            return refused(
                    "%s resolves to %s, which is not a public address"
                            .formatted(host, resolved.toCanonicalString()));
        }
        if (!ports.contains(port) && !covered) {
            return refusedPort(port);
        }
        return new Verdict.Allowed(new Target(host, host, port));
    }

    private Verdict judgeLiteral(WrittenUrl url, WrittenUrl.Place place) {
        IPAddress address = place.host().address().orElse(null);
        if (address == null) {
            return refused("'%s' is not an address".formatted(place.host().written()));
        }
        int port = place.port();
        String canonical = address.toCanonicalString();
        if (!isPublic(address) && !covered(canonical, address, port)) {
            return refused("%s is not a public address".formatted(canonical));
        }
        if (!ports.contains(port) && !covered(canonical, address, port)) {
            return refusedPort(port);
        }
        return allowed(url, canonical, address.isIPv6(), port);
    }

    private Verdict judgeName(WrittenUrl url, WrittenUrl.Place place) {
        if (!place.host().isName()) {
            return refused("'%s' is not a host name".formatted(place.host().written()));
        }
        String host = place.host().plain();
        int port = place.port();
        boolean listed = allowList.covers(host, port) || allowList.hasBlockFor(port);
        if (isInternal(host) && !listed) {
            return refused("%s is not a public name".formatted(host));
        }
        if (!ports.contains(port) && !listed) {
            return refusedPort(port);
        }
        return allowed(url, host, false, port);
    }

    private static boolean isInternal(String host) {
        return !host.contains(".")
                || INTERNAL_NAMES.stream().anyMatch(name -> host.endsWith("." + name));
    }

    private static boolean isPublic(IPAddress address) {
        return !SpecialAddresses.contain(address);
    }

    private boolean covered(String host, IPAddress address, int port) {
        return allowList.covers(host, port) || allowList.covers(address, port);
    }

    private static Verdict allowed(WrittenUrl url, String host, boolean brackets, int port) {
        String origin = WrittenUrl.origin(url.scheme(), host, brackets, port);
        return new Verdict.Allowed(new Target(origin + url.rest(), host, port));
    }

    private Verdict refusedPort(int port) {
        return refused("port %d is not one that is scanned %s".formatted(port, ports));
    }

    private static Verdict refused(String reason) {
        return new Verdict.Refused(reason);
    }
}
