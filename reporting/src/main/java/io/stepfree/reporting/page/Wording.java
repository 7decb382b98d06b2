package io.stepfree.reporting.page;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Texts of a report as a person reads them. It is public for the templates only. Stateless. */
public final class Wording {

    private static final DateTimeFormatter WHEN =
            DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm:ss 'UTC'", Locale.UK)
                    .withZone(ZoneOffset.UTC);

    private static final Pattern LANGUAGE =
            Pattern.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}");

    private Wording() {}

    /** The text with nothing hidden in it. */
    public static String visible(String text) {
        return VisibleText.of(text);
    }

    /** The beginning of a text that may be long, with a sign where it was cut. */
    static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        // Not between the halves of a character.
        int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return text.substring(0, end) + "…";
    }

    /** A number with the noun in the right form. */
    public static String count(long number, String one, String many) {
        return String.format(Locale.UK, "%,d %s", number, number == 1 ? one : many);
    }

    /** A number as it stands alone in a table. */
    public static String number(long number) {
        // Nearly all are small, and a page has hundreds: the format looks up much for each.
        return Math.abs(number) < 1_000
                ? Long.toString(number)
                : String.format(Locale.UK, "%,d", number);
    }

    /** A number with at most one digit behind the point, as 4.2 or 17. */
    private static String tenths(double number) {
        return String.format(Locale.UK, "%,.1f", number).replaceFirst("\\.0$", "");
    }

    /** By how much a score rises, as "1 point" or "4.2 points". */
    static String points(double number) {
        String tenths = tenths(number);
        return tenths + (tenths.equals("1") ? " point" : " points");
    }

    /** A time for people, in UTC. */
    public static String when(Instant time) {
        return WHEN.format(time);
    }

    /** The address if it may be a link: absolute, http or https; null otherwise. */
    public static @Nullable String link(String address) {
        try {
            var scheme = new URI(address).getScheme();
            return "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme)
                    ? address
                    : null;
        } catch (URISyntaxException notAnAddress) {
            return null;
        }
    }

    /** The language if it is a well-formed tag (BCP 47), for a {@code lang}; null otherwise. */
    static @Nullable String language(String tag) {
        return LANGUAGE.matcher(tag).matches() ? tag : null;
    }

    /** The conformance target in words. */
    static String standard(String standard) {
        return switch (standard) {
            case "wcag2a" -> "WCAG 2.0, level A";
            case "wcag2aa" -> "WCAG 2.0, level AA";
            case "wcag2aaa" -> "WCAG 2.0, level AAA";
            case "wcag21a" -> "WCAG 2.1, level A";
            case "wcag21aa" -> "WCAG 2.1, level AA";
            case "wcag22aa" -> "WCAG 2.2, level AA";
            case "best-practice" -> "WCAG 2.2, level AA, and best practices";
            default -> visible(standard);
        };
    }

    /** The impact as it stands on a badge. */
    public static String label(String impact) {
        return impact.equals("unknown")
                ? "Impact unknown"
                : impact.substring(0, 1).toUpperCase(Locale.ROOT) + impact.substring(1);
    }

    /** A failure's kind in words. */
    public static String failure(String type) {
        return switch (type) {
            case "timeout" -> "Timed out";
            case "navigation" -> "Page could not be loaded";
            case "dns" -> "Host name not found";
            case "tls" -> "Secure connection refused";
            case "http_error" -> "Error page";
            case "blocked_by_site" -> "Blocked by the site";
            case "unsafe_target" -> "Address not allowed";
            case "unsupported_content" -> "Not an HTML page";
            case "resource_limit" -> "Page too large";
            case "browser_crash" -> "Browser crashed";
            case "engine_error" -> "Engine failed";
            case "lost" -> "Worker went silent";
            case "cancelled" -> "Cancelled";
            case "invalid_job" -> "Job not valid";
            default -> "Unknown failure";
        };
    }
}
