package io.stepfree.gateway.access;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.regex.Pattern;

/** Tells whether a request comes from this very machine, and from a program rather than a page. */
final class Neighbour {

    private static final Pattern OWN_HOST =
            Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?");

    /* Whoever sends one stands between us and somebody else. */
    private static final List<String> OF_PROXIES =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via");

    private Neighbour() {}

    /**
     * Whether it does. One with another Host comes from a page whose name was pointed here (DNS
     * rebinding), and one with an Origin from a page at all.
     */
    static boolean sent(HttpServletRequest request) {
        String host = request.getHeader("Host");
        return isLoopback(request.getRemoteAddr())
                && host != null
                && OWN_HOST.matcher(host).matches()
                && request.getHeader("Origin") == null
                && OF_PROXIES.stream().allMatch(name -> request.getHeader(name) == null);
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.ofLiteral(address).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
