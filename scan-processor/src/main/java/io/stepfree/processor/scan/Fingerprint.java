package io.stepfree.processor.scan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;

/**
 * Names findings over time: the same element with the same failure has the same name in the next
 * scan, whatever else has changed on the page. Made of the rule, the element's place among the
 * kinds of elements around it (no positions, no ids, no generic boxes), and its own markup without
 * what differs from one delivery of a page to the next. Elements that are alike in all of this are
 * told apart by counting them, so that two of them are two findings and which is which does not
 * matter.
 *
 * <p>Counts within one scan, so it is made for one scan and used by one thread.
 */
final class Fingerprint {

    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final Pattern STEP = Pattern.compile("\\s*>\\s*");
    private static final Pattern KIND = Pattern.compile("^[a-zA-Z][\\w-]*");

    /** Boxes that come and go with the layout. */
    private static final Set<String> GENERIC = Set.of("div", "span", "html", "body");

    /** Attributes whose values change with every build, visit or state of the page. */
    private static final Set<String> VOLATILE =
            Set.of("style", "nonce", "integrity", "srcset", "sizes", "loading", "tabindex");

    private static final Set<String> REFERENCES =
            Set.of(
                    "id",
                    "for",
                    "headers",
                    "aria-labelledby",
                    "aria-describedby",
                    "aria-controls",
                    "aria-owns",
                    "aria-activedescendant",
                    "aria-details",
                    "aria-errormessage",
                    "aria-flowto",
                    "list",
                    "form",
                    "usemap",
                    "popovertarget");

    private static final Set<String> ADDRESSES =
            Set.of("src", "href", "action", "formaction", "data", "poster", "xlink:href");

    /** Versions and cache busters of addresses. */
    private static final Pattern QUERY = Pattern.compile("[?#].*$");

    /** A space that does not break, between digits: jsoup would make an ordinary one of it. */
    private static final Pattern SPACE_IN_NUMBER =
            Pattern.compile("(?<=\\d)(?:&nbsp;|\\u00a0)(?=\\d)");

    /**
     * A number however it is written, also 1,234.50 and with a unit, but neither the beginning of a
     * hash nor a hash that follows a point.
     */
    private static final String NUMBER =
            "\\d++(?:(?:[.,'’\\u00a0\\u202f](?!(?=\\d*+[a-f])[0-9a-f]{6})\\d++)++|(?![0-9a-z]))";

    /** It begins where a word begins or with a digit, as the end of a word may look like one. */
    private static final String HASH = "(?:(?<![a-z])|(?=\\d))(?=[0-9a-f]*\\d)[0-9a-f]{6,}";

    /** What a machine has made up: hashes, counters, React's :r1:, UUIDs. */
    private static final Pattern RANDOM =
            Pattern.compile(
                    "[0-9a-f]{8}-[0-9a-f-]{27}|:[a-z]*+\\d*+[a-z]*+:|"
                            + NUMBER
                            + '|'
                            + HASH
                            + "|\\d+",
                    Pattern.CASE_INSENSITIVE);

    /**
     * The same in an id, also of letters and digits in any order, as from {@code
     * Math.random().toString(36)}: of one case, with digits at two places and letters between.
     * Letters alone are taken for a word, and letters around one number for words.
     */
    private static final Pattern RANDOM_ID =
            Pattern.compile(
                    "[0-9a-f]{8}-[0-9a-f-]{27}|:[a-z0-9]*+:|"
                            + "(?<![a-z0-9])(?=[a-z0-9]{5})(?-i:[a-z]*+\\d++[a-z]++\\d[a-z0-9]*+"
                            + "|[A-Z]*+\\d++[A-Z]++\\d[A-Z0-9]*+)(?![a-z0-9])|"
                            + RANDOM.pattern(),
                    Pattern.CASE_INSENSITIVE);

    /** A class name that ends in a hash, as CSS modules and styled components make them. */
    private static final Pattern HASHED_CLASS =
            Pattern.compile("(?:^|[_-])(?=[A-Za-z]*\\d)[A-Za-z0-9]{5,}$|^css-\\w+$|^sc-\\w+$");

    private static final int LONGEST_TEXT = 80;

    private final Map<String, Integer> seen = new HashMap<>();

    /**
     * The name of a finding.
     *
     * @param rule the engine's id of the rule
     * @param ancestry the selectors of all ancestors, a selector for each frame or shadow root from
     *     the page down
     * @param html the element's own markup
     */
    String of(String rule, List<String> ancestry, String html) {
        String likeness = rule + '\n' + path(ancestry) + '\n' + snippet(html);
        int count = seen.merge(likeness, 1, Integer::sum);
        return digest(count == 1 ? likeness : likeness + '\n' + count);
    }

    static String path(List<String> ancestry) {
        var levels = new ArrayList<String>();
        for (String level : ancestry) {
            var steps = new ArrayList<String>();
            for (String step : STEP.splitAsStream(level).toList()) {
                var kind = KIND.matcher(step);
                if (kind.find() && !GENERIC.contains(kind.group())) {
                    steps.add(kind.group());
                }
            }
            levels.add(String.join(">", steps));
        }
        return String.join("|", levels);
    }

    static String snippet(String html) {
        String markup = SPACE_IN_NUMBER.matcher(html).replaceAll("\u202f");
        Element element = Jsoup.parse(markup, "", Parser.xmlParser()).firstElementChild();
        if (element == null) {
            return RANDOM.matcher(html).replaceAll("#");
        }
        var parts = new ArrayList<String>();
        for (Attribute attribute : element.attributes()) {
            String name = attribute.getKey().toLowerCase(Locale.ROOT);
            if (!VOLATILE.contains(name) && !name.startsWith("data-") && !name.startsWith("on")) {
                parts.add(name + '=' + value(name, attribute.getValue()));
            }
        }
        parts.sort(null);
        String text = element.text();
        return element.normalName()
                + parts
                + (text.length() <= LONGEST_TEXT
                        ? RANDOM.matcher(text.strip()).replaceAll("#")
                        : "…");
    }

    private static String value(String name, String value) {
        if (name.equals("class")) {
            return String.join(
                    " ",
                    SPACES.splitAsStream(value.strip())
                            .filter(part -> !HASHED_CLASS.matcher(part).find())
                            .sorted()
                            .toList());
        }
        if (REFERENCES.contains(name)) {
            return RANDOM_ID.matcher(value).replaceAll("#");
        }
        if (ADDRESSES.contains(name)) {
            String address =
                    value.startsWith("data:") ? "data:" : QUERY.matcher(value).replaceAll("");
            return RANDOM.matcher(address).replaceAll("#");
        }
        return RANDOM.matcher(value).replaceAll("#");
    }

    private static String digest(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
