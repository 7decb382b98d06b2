package io.stepfree.gateway.waiting;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code Prefer: wait=10} (RFC 7240). A preference is no condition: one that is unknown, or
 * has a value that cannot be, is as if it were not there, and of several the first one counts.
 */
public final class WaitPreference {

    /** The header in which a client says what it likes. */
    public static final String HEADER = "Prefer";

    /** The header that tells it what was done. */
    public static final String APPLIED = "Preference-Applied";

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
    private static final String WORD = "(?:" + TOKEN + "|\"(?:[^\"\\\\]|\\\\.)*+\")";
    private static final Pattern PREFERENCE =
            Pattern.compile(
                    "[\\s,]*+(?<name>%s)\\s*+(?:=\\s*+(?<value>%s)?+)?+\\s*+(?:;\\s*+(?:%s\\s*+(?:=\\s*+%s?+)?+\\s*+)?+)*+(?:,|$)"
                            .formatted(TOKEN, WORD, TOKEN, WORD));
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    private WaitPreference() {}

    /**
     * How long the client likes to wait, in whole seconds.
     *
     * @param headers every header {@code Prefer} of the request
     * @param longest no answer is longer than this
     */
    public static Optional<Duration> read(List<String> headers, Duration longest) {
        return first(String.join(",", headers))
                .filter(value -> SECONDS.matcher(value).matches())
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .filter(Duration::isPositive)
                .map(wished ->
                        wished.compareTo(longest) < 0
                                ? wished
                                : Duration.ofSeconds(longest.toSeconds()));
    }

    /** What {@link #APPLIED} says of a wait. */
    public static String applied(Duration wait) {
        return "wait=" + wait.toSeconds();
    }

    /* What comes after something that is no preference is not read. */
    private static Optional<String> first(String header) {
        Matcher matcher = PREFERENCE.matcher(header);
        while (matcher.lookingAt()) {
            if (matcher.group("name").toLowerCase(Locale.ROOT).equals("wait")) {
                return Optional.ofNullable(matcher.group("value")).map(WaitPreference::unquoted);
            }
            matcher.region(matcher.end(), header.length());
        }
        return Optional.empty();
    }

    private static String unquoted(String word) {
        return word.startsWith("\"") ? word.substring(1, word.length() - 1) : word;
    }
}
