package io.stepfree.platform.target;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import java.net.IDN;
import java.net.InetAddress;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

    private static final int LONGEST_HOST = 253;
    private static final Pattern URL =
            Pattern.compile("(https?)://([^/?#]*)([/?#].*)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*");
    private static final Pattern AUTHORITY =
            Pattern.compile("(\\[[^\\]]*\\]|[^:\\[\\]]*)(?::(\\d{0,5}))?");
    private static final Pattern LABELS =
            Pattern.compile(
                    "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*");
    private static final Pattern LOOKS_NUMERIC =
            Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)");
    private static final List<String> INTERNAL_NAMES =
            List.of("localhost", "local", "internal", "localdomain", "home.arpa", "lan");
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
        if (url.chars().anyMatch(c -> c <= ' ' || c == '\\' || c == 0x7f)) {
            return refused(
                    "the address has a space, a control character or a backslash; encode it");
        }
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            Matcher scheme = SCHEME.matcher(url);
            return refused(
                    scheme.matches()
                            ? "the address begins with %s:, only http:// and https:// can be scanned"
                                    .formatted(scheme.group(1))
                            : "the address has no scheme; write http:// or https:// before it");
        }
        String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
        String rest = matcher.group(3) == null ? "/" : matcher.group(3);
        return judgeAuthority(scheme, matcher.group(2), rest.startsWith("/") ? rest : "/" + rest);
    }

    /** Judges one address that a host name resolved to, right before it is visited. */
    public Verdict judgeAddress(InetAddress address, String host, int port) {
        IPAddress resolved =
                unwrap(
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

    private Verdict judgeAuthority(String scheme, String authority, String rest) {
        if (authority.contains("@")) {
            return refused("the address has credentials in it; leave out what stands before @");
        }
        Matcher matcher = AUTHORITY.matcher(authority);
        if (!matcher.matches() || matcher.group(1).isEmpty()) {
            return refused("the address has no host, or one that cannot be read");
        }
        int port = port(scheme, matcher.group(2));
        if (port < 1 || port > 65_535) {
            return refused(
                    "the address names port %s; ports go from 1 to 65535"
                            .formatted(matcher.group(2)));
        }
        return judgeHost(scheme, matcher.group(1), port, rest);
    }

    private Verdict judgeHost(String scheme, String written, int port, String rest) {
        boolean bracketed = written.startsWith("[");
        String host = bracketed ? written.substring(1, written.length() - 1) : plain(written);
        return bracketed || LOOKS_NUMERIC.matcher(host).matches()
                ? judgeLiteral(scheme, written, host, port, rest)
                : judgeName(scheme, written, host, port, rest);
    }

    private Verdict judgeLiteral(
            String scheme, String written, String host, int port, String rest) {
        IPAddress parsed = new IPAddressString(host, AS_A_BROWSER_READS).getAddress();
        if (parsed == null || parsed.isMultiple() || written.startsWith("[") != parsed.isIPv6()) {
            return refused("'%s' is not an address".formatted(written));
        }
        IPAddress address = unwrap(parsed);
        String canonical = address.toCanonicalString();
        if (!isPublic(address) && !covered(canonical, address, port)) {
            return refused("%s is not a public address".formatted(canonical));
        }
        if (!ports.contains(port) && !covered(canonical, address, port)) {
            return refusedPort(port);
        }
        return allowed(scheme, canonical, address.isIPv6(), port, rest);
    }

    private Verdict judgeName(String scheme, String written, String host, int port, String rest) {
        if (!LABELS.matcher(host).matches() || host.length() > LONGEST_HOST) {
            return refused("'%s' is not a host name".formatted(written));
        }
        boolean listed = allowList.covers(host, port) || allowList.hasBlockFor(port);
        if (isInternal(host) && !listed) {
            return refused("%s is not a public name".formatted(host));
        }
        if (!ports.contains(port) && !listed) {
            return refusedPort(port);
        }
        return allowed(scheme, host, false, port, rest);
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

    private static Verdict allowed(
            String scheme, String host, boolean brackets, int port, String rest) {
        String shownHost = brackets ? "[" + host + "]" : host;
        String shownPort = port == port(scheme, null) ? "" : ":" + port;
        return new Verdict.Allowed(
                new Target(scheme + "://" + shownHost + shownPort + rest, host, port));
    }

    private Verdict refusedPort(int port) {
        return refused("port %d is not one that is scanned %s".formatted(port, ports));
    }

    /** An IPv4 address mapped into IPv6 (RFC 4291, 2.5.5.2) is the IPv4 address. */
    private static IPAddress unwrap(IPAddress address) {
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

    private static int port(String scheme, @Nullable String written) {
        if (written == null || written.isEmpty()) {
            return scheme.equals("https") ? 443 : 80;
        }
        return Integer.parseInt(written);
    }

    private static Verdict refused(String reason) {
        return new Verdict.Refused(reason);
    }
}
