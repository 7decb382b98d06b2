package io.stepfree.gateway.admission;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the extra request headers of a scan. Refused are those that the browser has to set itself
 * (the forbidden ones of the Fetch standard), those that have an option of their own, and those
 * with which a server leaves parts of the page out.
 */
final class HeaderRules {

    private static final int MOST = 30;
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_VALUE = 4_096;

    private static final String OF_THE_BROWSER = "is set by the browser itself; leave it out";
    private static final String PARTIAL =
            "would have the server leave parts of the page out; leave it out";

    private static final Map<String, String> REFUSED = refused();
    private static final List<String> REFUSED_BEGINNINGS =
            List.of("proxy-", "sec-", "access-control-request-");

    private HeaderRules() {}

    /** The headers, by name as they were written. */
    static Map<String, String> read(ObjectFields fields) {
        var headers = new LinkedHashMap<String, String>();
        List<String> names = fields.names();
        if (names.size() > MOST) {
            fields.wrong("has %d headers, more than %d".formatted(names.size(), MOST));
            return headers;
        }
        var seen = new HashSet<String>();
        for (String name : names) {
            String value = fields.text(name);
            if (value != null) {
                fault(name, value)
                        .or(() ->
                                seen.add(name.toLowerCase(Locale.ROOT))
                                        ? Optional.empty()
                                        : Optional.of("is there twice, in another spelling"))
                        .ifPresentOrElse(
                                fault -> fields.wrong(name, null, fault),
                                () -> headers.put(name, value));
            }
        }
        return headers;
    }

    private static Optional<String> fault(String name, String value) {
        if (!Texts.isToken(name) || name.length() > LONGEST_NAME) {
            return Optional.of(
                    "is not the name of a header (RFC 9110, 5.1) of at most %d characters"
                            .formatted(LONGEST_NAME));
        }
        String lower = name.toLowerCase(Locale.ROOT);
        String refusal = REFUSED.get(lower);
        if (refusal != null) {
            return Optional.of(refusal);
        }
        if (REFUSED_BEGINNINGS.stream().anyMatch(lower::startsWith)) {
            return Optional.of(OF_THE_BROWSER);
        }
        return Optional.ofNullable(Texts.fault(value, LONGEST_VALUE));
    }

    private static Map<String, String> refused() {
        var refused = new HashMap<String, String>();
        for (String name :
                List.of(
                        "accept-encoding",
                        "connection",
                        "content-length",
                        "cookie2",
                        "date",
                        "expect",
                        "host",
                        "http2-settings",
                        "keep-alive",
                        "origin",
                        "referer",
                        "set-cookie",
                        "te",
                        "trailer",
                        "transfer-encoding",
                        "upgrade",
                        "via")) {
            refused.put(name, OF_THE_BROWSER);
        }
        for (String name :
                List.of(
                        "if-match",
                        "if-modified-since",
                        "if-none-match",
                        "if-range",
                        "if-unmodified-since",
                        "range")) {
            refused.put(name, PARTIAL);
        }
        refused.put("cookie", "is made of the cookies; give them in options.cookies");
        refused.put("user-agent", "has an option of its own; give it in options.userAgent");
        refused.put("accept-language", "has an option of its own; give it in options.language");
        return Map.copyOf(refused);
    }
}
