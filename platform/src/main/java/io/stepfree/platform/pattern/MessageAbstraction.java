package io.stepfree.platform.pattern;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of a message what differs from scan to scan, so that equal failures read alike: {@code
 * https://a.example/x answered with status 503} becomes {@code <url> answered with status
 * <number>}.
 *
 * <p>The placeholders are {@code <url>}, {@code <host>}, {@code <ip>}, {@code <id>} (UUIDs,
 * hexadecimal and mixed ids), {@code <time>}, {@code <duration>}, {@code <number>} and {@code
 * <text>} (what stood in quotes). Digits at the end of a word belong to it: HTTP2 stays.
 *
 * <p>The result has at most {@value #LONGEST} characters, and abstracting it again changes nothing.
 * Takes time in proportion to the message, of which it reads the first {@value #READ} characters.
 * Immutable.
 */
final class MessageAbstraction {

    static final int LONGEST = 500;

    private static final int READ = 4_000;

    /**
     * Each round can only uncover what a cut or a replacement has laid bare; two do in practice.
     */
    private static final int MOST_ROUNDS = 10;

    private static final Pattern SPACE = Pattern.compile("[\\s\\p{Cntrl}]++");

    /** Names that end like these are hosts; any other dotted name may be a setting or a class. */
    private static final Set<String> GENERIC_DOMAINS =
            Set.of(
                    "academy",
                    "aero",
                    "agency",
                    "app",
                    "art",
                    "bank",
                    "biz",
                    "blog",
                    "business",
                    "care",
                    "cat",
                    "city",
                    "cloud",
                    "club",
                    "com",
                    "company",
                    "coop",
                    "corp",
                    "dev",
                    "digital",
                    "edu",
                    "education",
                    "email",
                    "eu",
                    "example",
                    "expert",
                    "finance",
                    "foundation",
                    "fun",
                    "global",
                    "gov",
                    "group",
                    "guru",
                    "health",
                    "home",
                    "host",
                    "info",
                    "int",
                    "internal",
                    "international",
                    "invalid",
                    "jobs",
                    "lan",
                    "law",
                    "life",
                    "live",
                    "local",
                    "localdomain",
                    "localhost",
                    "london",
                    "market",
                    "media",
                    "mil",
                    "mobi",
                    "museum",
                    "name",
                    "net",
                    "network",
                    "news",
                    "ngo",
                    "one",
                    "ong",
                    "onion",
                    "online",
                    "org",
                    "page",
                    "paris",
                    "post",
                    "press",
                    "pro",
                    "school",
                    "science",
                    "services",
                    "shop",
                    "site",
                    "social",
                    "software",
                    "solutions",
                    "space",
                    "store",
                    "studio",
                    "support",
                    "systems",
                    "tech",
                    "technology",
                    "tel",
                    "test",
                    "today",
                    "tools",
                    "top",
                    "tours",
                    "town",
                    "travel",
                    "uk",
                    "university",
                    "vip",
                    "web",
                    "website",
                    "wiki",
                    "win",
                    "work",
                    "works",
                    "world",
                    "xyz",
                    "zone",
                    "berlin",
                    "hamburg",
                    "koeln",
                    "wien",
                    "tirol",
                    "bayern",
                    "nrw",
                    "ruhr",
                    "saarland");

    private static final String TOP_DOMAINS =
            Arrays.stream(Locale.getISOCountries())
                            .map(country -> country.toLowerCase(Locale.ROOT))
                            .sorted()
                            .collect(Collectors.joining("|"))
                    + "|"
                    + GENERIC_DOMAINS.stream().sorted().collect(Collectors.joining("|"));

    private static final String CLOCK = "\\d{1,2}:\\d{2}(?::\\d{2})?+(?:[.,]\\d{1,9})?+";
    private static final String CLOCK_WITH_SECONDS = "\\d{1,2}:\\d{2}:\\d{2}(?:[.,]\\d{1,9})?+";
    private static final String ZONE = "(?:\\s?(?:Z|UTC|GMT)\\b|[+-]\\d{2}:?+\\d{2})?+";
    private static final String DATE_IN_WORDS =
            "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?+\\s\\d{1,2}\\s(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\\s\\d{4}";

    private static final String GROUP = "[0-9a-f]{1,4}";
    private static final String GROUPS = "[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6}";
    private static final String FOUR_BYTES = "\\d{1,3}(?:\\.\\d{1,3}){3}";

    /** A port, perhaps abstracted before, and then nothing that would make it another name. */
    private static final String AFTER_HOST = "(?::(?:\\d{1,5}|<number>))?+(?![\\w-]|\\.\\w)";

    private static final Pattern END_OF_SENTENCE = Pattern.compile("[.,;:!?)\\]}]++$");

    /** In the order in which they are tried at each place. */
    private enum Kind {
        PLACEHOLDER("<(?:url|host|ip|id|time|duration|number|text)>", ""),
        URL(
                "(?<!\\w)(?:(?:https?|wss?|ftp|file|chrome|chrome-error):/{1,3}"
                        + "|(?:data|blob|about|javascript|mailto):(?=[a-z/]))[^\\s\"'<>`]++",
                "<url>"),
        TEXT(
                "\"[^\"]*+\"|“[^”]*+”|„[^“”]*+[“”]|«[^»]*+»|`[^`]*+`"
                        // An apostrophe within a word is no quotation mark.
                        + "|(?<![\\p{L}\\p{N}])'[^']*+'(?![\\p{L}\\p{N}])",
                "<text>"),
        TIME(
                "(?<![\\w.])(?:\\d{4}-\\d{2}-\\d{2}(?:[T\\s]%1$s%2$s)?+|%3$s(?:\\s%1$s%2$s)?+|%4$s%2$s)(?!\\w)"
                        .formatted(CLOCK, ZONE, DATE_IN_WORDS, CLOCK_WITH_SECONDS),
                "<time>"),
        UUID("(?<!\\w)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?!\\w)", "<id>"),
        IP(
                "(?<![\\w:.])(?:\\[?+(?:(?:%1$s:){7}%1$s|(?:%2$s)?+::(?:%2$s)?+(?::?%3$s)?+)(?:%%\\w{1,20})?+\\]?+(?::\\d{1,5}|/\\d{1,3})?+|%3$s(?::\\d{1,5}|/\\d{1,2})?+)(?![\\w:])"
                        .formatted(GROUP, GROUPS, FOUR_BYTES),
                "<ip>"),
        HOST(
                "(?<![\\w@.-])(?:localhost|(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?+\\.){1,10}(?:xn--[a-z0-9-]{2,59}|%s))%s"
                        .formatted(TOP_DOMAINS, AFTER_HOST),
                "<host>"),
        DURATION(
                "(?<![\\w.])(?:P(?=\\d|T\\d)(?:\\d{1,9}D)?+(?:T(?:\\d{1,9}H)?+(?:\\d{1,9}M)?+(?:\\d{1,9}(?:\\.\\d{1,9})?+S)?+)?+"
                        + "|\\d++(?:[.,]\\d++)*+\\s?+(?:ns|µs|ms|s|m|h|d|secs?|mins?|hrs?|milliseconds?|seconds?|minutes?|hours?|days?))(?!\\w)",
                "<duration>"),
        // With at least one letter and one digit: neither a word nor a number.
        HEXADECIMAL(
                "(?<!\\w)(?:0x[0-9a-f]++|(?=[0-9]*+[a-f])(?=[a-f]*+[0-9])[0-9a-f]{8,}+)(?!\\w)",
                "<id>"),
        MIXED("(?<!\\w)(?=[0-9]*+[a-z])(?=(?:[a-z]*+[0-9]){2})[a-z0-9]{12,}+(?!\\w)", "<id>"),
        NUMBER(
                "(?<![\\w.])[-+]?+\\d++(?:[.,]\\d++)*+%?+|(?<![\\p{L}_\\d])\\d++(?:[.,]\\d++)*+%?+",
                "<number>");

        private final String expression;
        private final String placeholder;

        Kind(String expression, String placeholder) {
            this.expression = expression;
            this.placeholder = placeholder;
        }

        /** What stands in the place of that match. */
        String replace(String match) {
            return switch (this) {
                case PLACEHOLDER -> match;
                // The sentence's own punctuation is not part of the address.
                case URL -> {
                    Matcher end = END_OF_SENTENCE.matcher(match);
                    yield end.find() ? placeholder + end.group() : placeholder;
                }
                case TEXT, TIME, UUID, IP, HOST, DURATION, HEXADECIMAL, MIXED, NUMBER ->
                        placeholder;
            };
        }
    }

    private static final Pattern RULES =
            Pattern.compile(
                    Arrays.stream(Kind.values())
                            .map(kind -> "(?<%s>%s)".formatted(kind.name(), kind.expression))
                            .collect(Collectors.joining("|")),
                    Pattern.CASE_INSENSITIVE);

    private final @Nullable Pattern ownHost;

    private MessageAbstraction(@Nullable Pattern ownHost) {
        this.ownHost = ownHost;
    }

    /**
     * For messages of scans of that host, which is recognised whatever its name looks like; but one
     * without a dot may be any word of the message, and is left.
     */
    static MessageAbstraction of(String host) {
        return new MessageAbstraction(
                host.contains(".")
                        ? Pattern.compile(
                                "(?<![\\w@.-])" + Pattern.quote(host) + AFTER_HOST,
                                Pattern.CASE_INSENSITIVE)
                        : null);
    }

    String apply(String message) {
        String text = message.length() > READ ? message.substring(0, READ) : message;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            String next = cut(SPACE.matcher(abstracted(text)).replaceAll(" ").strip());
            if (next.equals(text)) {
                break;
            }
            text = next;
        }
        return text;
    }

    private String abstracted(String text) {
        String general =
                RULES.matcher(text)
                        .replaceAll(match -> Matcher.quoteReplacement(replacement(match)));
        return ownHost == null ? general : ownHost.matcher(general).replaceAll("<host>");
    }

    private static String replacement(MatchResult match) {
        for (Kind kind : Kind.values()) {
            if (match.start(kind.name()) >= 0) {
                return kind.replace(match.group());
            }
        }
        throw new IllegalStateException("every match is of some kind");
    }

    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = LONGEST - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
                + "…";
    }
}
