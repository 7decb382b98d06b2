package io.stepfree.processor.scan;

import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.Validity;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Judges whether what the tab shows is the page that was asked for, before anybody believes its
 * score. What surely stands in the page's place fails the scan; what may stand in its place makes
 * the result suspect, with a warning and without a score.
 */
final class PageJudgement {

    /** A page with more text than this has something of its own to say. */
    private static final int LITTLE_TEXT = 1_500;

    private static final int HARDLY_ANY_TEXT = 60;

    private static final Pattern BOT_WALL =
            Pattern.compile(
                    "^just a moment\\b|^attention required!|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human"
                            + "|^are you (?:a )?(?:robot|human)\\b|unusual traffic|access to this page has been denied|^access denied$"
                            + "|pardon our interruption|^request unsuccessful|^security check(?:$| required)"
                            + "|^ddos-guard$|complete the captcha",
                    Pattern.CASE_INSENSITIVE);

    private static final Pattern ERROR_PAGE =
            Pattern.compile(
                    "\\b(?:404|403|410|500|502|503|504)\\b.{0,40}\\b(?:error|not found|forbidden|gone|unavailable|gateway)"
                            + "|\\berror (?:404|403|410|5\\d\\d)\\b|page (?:not found|does(?:n.t| not) exist|cannot be found|could not be found)"
                            + "|^not found$|^404$|internal server error|service (?:temporarily )?unavailable|bad gateway|gateway time-?out",
                    Pattern.CASE_INSENSITIVE);

    private static final Pattern UNFILLED =
            Pattern.compile(
                    "^\\W*(?:loading|please wait|one moment|initiali[sz]ing)\\b",
                    Pattern.CASE_INSENSITIVE);

    private static final Pattern NEEDS_SCRIPT =
            Pattern.compile(
                    "(?:enable|requires?|turn on|activate) javascript|javascript (?:is )?(?:required|disabled)",
                    Pattern.CASE_INSENSITIVE);

    private static final Pattern LOGIN =
            Pattern.compile(
                    "(?:^|[/._-])(?:log[-_]?[io]n|sign[-_]?[io]n|sso|saml2?|oauth2?|openid|auth|authenticate|authentication|authorize|cas|idp|identity)(?:$|[/._-])",
                    Pattern.CASE_INSENSITIVE);

    private final List<String> doubts = new ArrayList<>();
    private final List<String> gaps = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** Worth knowing, but the page was seen. */
    void noteAll(List<String> warnings) {
        notes.addAll(warnings);
    }

    /** Something of the page was not seen. */
    void miss(String warning) {
        gaps.add(warning);
    }

    /** It may not be the page. */
    void doubt(String warning) {
        doubts.add(warning);
    }

    void missAll(List<String> warnings) {
        gaps.addAll(warnings);
    }

    /**
     * Looks at what the page says of itself.
     *
     * @param asked the address of the job
     * @param facts what the engine's script tells of the page
     * @param loggedIn whether the client has typed something, as one who logs in does
     * @throws ScanFailedException when it is surely not the page
     */
    void judge(String asked, JsonNode facts, boolean loggedIn) throws ScanFailedException {
        String title = facts.path("title").asString("");
        String start = facts.path("start").asString("");
        int text = facts.path("text").asInt();
        String address = facts.path("url").asString("");
        String wall = facts.path("challenge").asString("");
        if (!wall.isEmpty() && text <= LITTLE_TEXT) {
            throw blocked(
                    "%s showed a challenge of %s in the page's place".formatted(address, wall));
        }
        if (text <= LITTLE_TEXT && BOT_WALL.matcher(title).find()) {
            throw blocked(
                    "%s showed '%s' in the page's place".formatted(address, Text.visible(title)));
        }
        String heading = start.lines().findFirst().orElse("");
        if (text <= LITTLE_TEXT
                && (ERROR_PAGE.matcher(title.strip()).find()
                        || ERROR_PAGE.matcher(heading.strip()).find())) {
            doubts.add(
                    "The page reads like an error page ('%s'), although it was answered as if all was well"
                            .formatted(Text.visible(title.isBlank() ? heading : title)));
        }
        if (text <= HARDLY_ANY_TEXT && UNFILLED.matcher(start).find()) {
            doubts.add(
                    "The page shows nothing but '%s'; it may not have filled itself"
                            .formatted(Text.visible(start.strip())));
        }
        if (text <= LITTLE_TEXT / 3 && NEEDS_SCRIPT.matcher(start).find()) {
            doubts.add("The page asks for JavaScript, which it had; it may not have filled itself");
        }
        boolean atLogin = movedToLogin(asked, address);
        boolean elsewhere = movedElsewhere(asked, address) && text <= LITTLE_TEXT;
        String onlyField = facts.path("onlyField").asString("");
        if (facts.path("asksForPassword").asBoolean() && (loggedIn || atLogin || elsewhere)) {
            doubts.add(
                    loggedIn
                            ? "The page still asks for a password after what was typed; it may be the login, not the page behind it"
                            : "%s led to %s, which asks for a password; it may be a login in the page's place"
                                    .formatted(asked, Text.cut(address, 300)));
        } else if (text <= LITTLE_TEXT
                && ((onlyField.equals("name") && (atLogin || elsewhere))
                        || (onlyField.equals("email") && atLogin))) {
            doubts.add(
                    "%s led to %s, which asks for nothing but a user name or an e-mail address; it may be a login in the page's place"
                            .formatted(asked, Text.cut(address, 300)));
        }
    }

    Validity validity() {
        if (!doubts.isEmpty()) {
            return Validity.SUSPECT;
        }
        return gaps.isEmpty() ? Validity.VALID : Validity.PARTIAL;
    }

    /** A sentence each, doubts first. */
    List<String> warnings() {
        var warnings = new ArrayList<>(doubts);
        warnings.addAll(gaps);
        warnings.addAll(notes);
        return warnings;
    }

    /** Led to an address that reads like a login from one that does not. */
    private static boolean movedToLogin(String asked, String shown) {
        if (isLogin(path(asked)) || isLogin(host(asked))) {
            return false;
        }
        boolean elsewhere = movedElsewhere(asked, shown);
        return (isLogin(path(shown)) && (elsewhere || !path(asked).equals(path(shown))))
                || (elsewhere && isLogin(host(shown)));
    }

    /** Led to another site from one that is no login. */
    private static boolean movedElsewhere(String asked, String shown) {
        return !isLogin(path(asked))
                && !isLogin(host(asked))
                && !Objects.equals(host(asked), host(shown));
    }

    private static boolean isLogin(String part) {
        return LOGIN.matcher(part).find();
    }

    private static String host(String url) {
        try {
            String host = URI.create(url.replaceFirst("[?#].*", "")).getHost();
            return host == null ? "" : host.toLowerCase(Locale.ROOT).replaceFirst("^www\\.", "");
        } catch (IllegalArgumentException _) {
            return "";
        }
    }

    private static String path(String url) {
        return url.replaceFirst("^[a-z]+://[^/?#]*", "").replaceFirst("[?#].*", "");
    }

    private static ScanFailedException blocked(String message) {
        return new ScanFailedException(
                Failures.of(FailureType.BLOCKED_BY_SITE, Text.cut(message, 1_000)));
    }
}
