package io.stepfree.gateway.cache;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads from a request's Cache-Control how old a result its client takes (RFC 9111, 5.2.1). */
public final class Freshness {

    /** The header. */
    public static final String HEADER = "Cache-Control";

    private static final Pattern MAX_AGE = Pattern.compile("max-age\\s*=\\s*\"?([0-9]{1,9})\"?");

    private Freshness() {}

    /**
     * The greatest age that will do; zero where a new scan is wanted. A {@code max-age} that cannot
     * be read asks for one, too; what else the header says is passed over.
     *
     * @param headers every header {@code Cache-Control} of the request
     * @param keep what will do for who says nothing
     */
    public static Duration read(List<String> headers, Duration keep) {
        Duration oldest = keep;
        for (String part : String.join(",", headers).toLowerCase(Locale.ROOT).split(",", -1)) {
            Duration wanted = read(part.strip(), keep);
            oldest = wanted.compareTo(oldest) < 0 ? wanted : oldest;
        }
        return oldest;
    }

    private static Duration read(String directive, Duration keep) {
        if (directive.equals("no-cache") || directive.equals("no-store")) {
            return Duration.ZERO;
        }
        if (!directive.startsWith("max-age")) {
            return keep;
        }
        Matcher matcher = MAX_AGE.matcher(directive);
        return matcher.matches()
                ? Duration.ofSeconds(Long.parseLong(matcher.group(1)))
                : Duration.ZERO;
    }
}
