package io.stepfree.processor.scan;

import io.stepfree.platform.secret.ScanSecrets;
import io.stepfree.schemas.scan.ActionKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.PageAction;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.WaitCondition;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds what is wrong with a job before a browser is troubled with it. Jobs come from a gateway
 * that has checked them; this holds when it was another version of it, or another writer. What is
 * wrong is named by its field, and no retry will mend it.
 */
final class JobCheck {

    private static final int LONGEST_SELECTOR = 500;
    private static final int LONGEST_TEXT = 500;
    private static final int MOST_ACTIONS = 30;
    private static final int LONGEST_WAIT_MILLIS = 30_000;

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** Accept-Language (RFC 9110, 12.5.4) of language tags (RFC 5646), with or without weights. */
    private static final Pattern LANGUAGES =
            Pattern.compile(
                    "(?:\\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4})(?:;q=[01](?:\\.\\d{1,3})?)?"
                            + "(?:, ?(?:\\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4})(?:;q=[01](?:\\.\\d{1,3})?)?){0,9}");

    private JobCheck() {}

    static Optional<Failure> problem(ScanRequest request) {
        ScanOptions options = request.getOptions();
        if (!isWebAddress(request.getUrl())) {
            return invalid("url", request.getUrl(), "it must be an absolute http or https address");
        }
        if (Standard.tags(request.getStandard()).isEmpty()) {
            return invalid(
                    "standard", request.getStandard(), "it must be one of " + Standard.names());
        }
        return range("options.timeoutMillis", options.getTimeoutMillis(), 1_000, 120_000)
                .or(() -> range("options.viewportWidth", options.getViewportWidth(), 200, 4_096))
                .or(() -> range("options.viewportHeight", options.getViewportHeight(), 200, 4_096))
                .or(() -> scale(options.getDeviceScaleFactor()))
                .or(() -> userAgent(options.getUserAgent()))
                .or(() -> language(options.getLanguage()))
                .or(() -> waiting(options))
                .or(() -> actions(options.getActions()));
    }

    /** What is wrong with what only workers can read; says where, and never what. */
    static Optional<Failure> problem(ScanSecrets secrets, List<PageAction> actions) {
        for (var header : secrets.headers().entrySet()) {
            if (!TOKEN.matcher(header.getKey()).matches()
                    || header.getValue().chars().anyMatch(JobCheck::breaksALine)) {
                return invalidSecret(
                        "options.headers",
                        "has a name that is no token (RFC 9110, 5.6.2), or a value with a line break or NUL");
            }
        }
        for (ScanSecrets.Cookie cookie : secrets.cookies()) {
            if (!TOKEN.matcher(cookie.name()).matches()
                    || (cookie.value() + cookie.domain() + cookie.path())
                            .chars()
                            .anyMatch(c -> breaksALine(c) || c == ';')) {
                return invalidSecret(
                        "options.cookies",
                        "has a name that is no token (RFC 6265, 4.1.1), or a semicolon or line break");
            }
        }
        long fills = actions.stream().filter(action -> action.getKind() == ActionKind.FILL).count();
        return fills == secrets.fills().size()
                ? Optional.empty()
                : invalidSecret(
                        "options.secrets",
                        "has %d texts for %d FILL actions"
                                .formatted(secrets.fills().size(), fills));
    }

    private static boolean breaksALine(int c) {
        return c == '\r' || c == '\n' || c == 0;
    }

    private static Optional<Failure> invalidSecret(String field, String problem) {
        return Optional.of(Failures.invalid(field, field + " " + problem));
    }

    private static boolean isWebAddress(String url) {
        return url.regionMatches(true, 0, "http://", 0, 7)
                || url.regionMatches(true, 0, "https://", 0, 8);
    }

    private static Optional<Failure> scale(double factor) {
        return factor >= 0.5 && factor <= 4
                ? Optional.empty()
                : invalid(
                        "options.deviceScaleFactor",
                        Double.toString(factor),
                        "it must be from 0.5 to 4");
    }

    private static Optional<Failure> userAgent(@org.jspecify.annotations.Nullable String agent) {
        return agent == null
                        || (!agent.isBlank()
                                && agent.length() <= LONGEST_TEXT
                                && agent.chars().allMatch(JobCheck::isPrintableAscii))
                ? Optional.empty()
                : invalid(
                        "options.userAgent",
                        agent,
                        "it must be 1 to %d printable ASCII characters".formatted(LONGEST_TEXT));
    }

    private static boolean isPrintableAscii(int c) {
        return c >= ' ' && c < 0x7f;
    }

    private static Optional<Failure> language(String language) {
        return language.isEmpty() || LANGUAGES.matcher(language).matches()
                ? Optional.empty()
                : invalid(
                        "options.language",
                        language,
                        "it must be up to ten language tags, as in 'de-CH, en;q=0.8'");
    }

    private static Optional<Failure> waiting(ScanOptions options) {
        return switch (options.getWaitFor()) {
            case SELECTOR -> selector("options.waitSelector", options.getWaitSelector());
            case LOAD, NETWORK_QUIET, DOM_STABLE ->
                    options.getWaitSelector().isEmpty()
                            ? Optional.empty()
                            : invalid(
                                    "options.waitSelector",
                                    options.getWaitSelector(),
                                    "it goes with waitFor %s only"
                                            .formatted(WaitCondition.SELECTOR));
        };
    }

    private static Optional<Failure> actions(List<PageAction> actions) {
        if (actions.size() > MOST_ACTIONS) {
            return invalid(
                    "options.actions",
                    actions.size() + " actions",
                    "at most %d are carried out".formatted(MOST_ACTIONS));
        }
        for (int i = 0; i < actions.size(); i++) {
            Optional<Failure> problem = action("options.actions[%d]".formatted(i), actions.get(i));
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<Failure> action(String field, PageAction action) {
        String selector = field + ".selector";
        String value = field + ".value";
        return switch (action.getKind()) {
            case UNKNOWN ->
                    invalid(
                            field + ".kind",
                            action.getKind().name(),
                            "this worker knows only " + List.of(ActionKind.values()).subList(1, 7));
            case CLICK, FILL -> selector(selector, action.getSelector());
            case SELECT ->
                    selector(selector, action.getSelector())
                            .or(() ->
                                    action.getValue().length() <= LONGEST_TEXT
                                            ? Optional.empty()
                                            : invalid(value, action.getValue(), "it is too long"));
            case PRESS ->
                    Key.of(action.getValue()).isEmpty()
                            ? invalid(value, action.getValue(), "it must be one of " + Key.names())
                            : optionalSelector(selector, action.getSelector());
            case WAIT ->
                    action.getSelector().isEmpty()
                            ? range(field + ".millis", action.getMillis(), 1, LONGEST_WAIT_MILLIS)
                            : selector(selector, action.getSelector());
            case SCROLL -> optionalSelector(selector, action.getSelector());
        };
    }

    private static Optional<Failure> optionalSelector(String field, String selector) {
        return selector.isEmpty() ? Optional.empty() : selector(field, selector);
    }

    /** Whether the browser can read it is asked of the browser, see {@link PageActions}. */
    private static Optional<Failure> selector(String field, String selector) {
        return !selector.isBlank() && selector.length() <= LONGEST_SELECTOR
                ? Optional.empty()
                : invalid(
                        field,
                        selector,
                        "it must be a CSS selector of 1 to %d characters"
                                .formatted(LONGEST_SELECTOR));
    }

    private static Optional<Failure> range(String field, int value, int least, int most) {
        return value >= least && value <= most
                ? Optional.empty()
                : invalid(
                        field,
                        Integer.toString(value),
                        "it must be from %d to %d".formatted(least, most));
    }

    private static Optional<Failure> invalid(String field, String value, String cure) {
        return Optional.of(
                Failures.invalid(
                        field,
                        "%s is '%s'; %s"
                                .formatted(field, Text.visible(Text.cut(value, 300)), cure)));
    }
}
