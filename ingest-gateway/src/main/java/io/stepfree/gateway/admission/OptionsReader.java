package io.stepfree.gateway.admission;

import io.stepfree.platform.secret.ScanSecrets;
import io.stepfree.platform.secret.ScanSecrets.BasicAuth;
import io.stepfree.schemas.scan.ColorScheme;
import io.stepfree.schemas.scan.PageAction;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.Screenshots;
import io.stepfree.schemas.scan.WaitCondition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a client chose for one scan beside the address. */
final class OptionsReader {

    private static final int SHORTEST_TIMEOUT_MILLIS = 1_000;
    private static final int LONGEST_TIMEOUT_MILLIS = 120_000;
    private static final int SMALLEST_VIEWPORT = 200;
    private static final int LARGEST_VIEWPORT = 4_096;
    private static final double SMALLEST_SCALE = 0.5;
    private static final double LARGEST_SCALE = 4;

    /** In device pixels; the browser needs four bytes and more for each. */
    private static final double LARGEST_AREA = (double) LARGEST_VIEWPORT * LARGEST_VIEWPORT;

    private static final int LONGEST_USER_AGENT = 500;
    private static final int LONGEST_LANGUAGE = 100;
    private static final int LONGEST_USERNAME = 256;
    private static final int LONGEST_PASSWORD = 1_024;

    /** One entry of Accept-Language (RFC 9110, 12.5.4); what it is held against is short. */
    private static final Pattern LANGUAGE =
            Pattern.compile(
                    " *(?:\\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*+)(?: *; *q=(?:0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?))? *");

    private static final Map<String, ColorScheme> COLOR_SCHEMES =
            named("light", ColorScheme.LIGHT, "dark", ColorScheme.DARK);
    private static final Map<String, WaitCondition> WAIT_CONDITIONS =
            named(
                    "load",
                    WaitCondition.LOAD,
                    "network-quiet",
                    WaitCondition.NETWORK_QUIET,
                    "dom-stable",
                    WaitCondition.DOM_STABLE);
    private static final Map<String, Screenshots> SCREENSHOTS =
            named(
                    "none",
                    Screenshots.NONE,
                    "page",
                    Screenshots.PAGE,
                    "elements",
                    Screenshots.ELEMENTS);

    private static final ScanOptions DEFAULTS = ChosenOptions.DEFAULTS.options();

    private final ObjectFields fields;
    private final ScanOptions.Builder options = ScanOptions.newBuilder();

    private OptionsReader(ObjectFields fields) {
        this.fields = fields;
    }

    /**
     * What those fields say.
     *
     * @param host the page's host; null where its address is wrong
     */
    static ChosenOptions read(ObjectFields fields, @Nullable String host) {
        return new OptionsReader(fields).read(host);
    }

    private ChosenOptions read(@Nullable String host) {
        int timeout =
                fields.integer(
                        "timeoutMillis",
                        DEFAULTS.getTimeoutMillis(),
                        SHORTEST_TIMEOUT_MILLIS,
                        LONGEST_TIMEOUT_MILLIS);
        options.setTimeoutMillis(timeout);
        size();
        userAgent();
        language();
        options.setColorScheme(fields.oneOf("colorScheme", COLOR_SCHEMES, ColorScheme.LIGHT));
        waitFor();
        var texts = new ArrayList<String>();
        List<PageAction> actions = ActionRules.read(fields, texts);
        if (actions.stream().mapToLong(PageAction::getMillis).sum() >= timeout) {
            fields.wrong(
                    "actions",
                    null,
                    "wait longer than the %,d ms of timeoutMillis".formatted(timeout));
        }
        options.setActions(actions);
        options.setScreenshots(fields.oneOf("screenshots", SCREENSHOTS, Screenshots.NONE));
        var secrets =
                new ScanSecrets(
                        fields.secretObject("headers").map(HeaderRules::read).orElse(Map.of()),
                        CookieRules.read(fields, host),
                        basicAuth(),
                        texts);
        fields.rejectOthers();
        return new ChosenOptions(options.build(), secrets);
    }

    /** By the name of a device, by a size of one's own, or by the two older fields. */
    private void size() {
        Optional<Device> device = fields.oneOf("device", Device.names());
        Optional<ObjectFields> viewport = fields.object("viewport");
        int width = side(fields, "viewportWidth", DEFAULTS.getViewportWidth());
        int height = side(fields, "viewportHeight", DEFAULTS.getViewportHeight());
        if (fields.has("device")) {
            alone("device", "viewport", "viewportWidth", "viewportHeight");
        } else if (fields.has("viewport")) {
            alone("viewport", "viewportWidth", "viewportHeight");
        }
        options.setViewportWidth(width).setViewportHeight(height);
        device.ifPresent(named ->
                options.setDevice(named.text())
                        .setViewportWidth(named.width())
                        .setViewportHeight(named.height())
                        .setDeviceScaleFactor(named.scale())
                        .setMobile(named.mobile()));
        viewport.ifPresent(this::ownSize);
    }

    private void ownSize(ObjectFields viewport) {
        int width = side(viewport, "width", DEFAULTS.getViewportWidth());
        int height = side(viewport, "height", DEFAULTS.getViewportHeight());
        double scale = viewport.number("scale", 1, SMALLEST_SCALE, LARGEST_SCALE);
        if (width * scale * height * scale > LARGEST_AREA) {
            viewport.wrong(
                    "scale",
                    Double.toString(scale),
                    "makes a picture of more than %,.0f pixels of this viewport"
                            .formatted(LARGEST_AREA));
        }
        options.setViewportWidth(width)
                .setViewportHeight(height)
                .setDeviceScaleFactor(scale)
                .setMobile(viewport.flag("mobile", false));
        viewport.rejectOthers();
    }

    private static int side(ObjectFields fields, String name, int fallback) {
        return fields.integer(name, fallback, SMALLEST_VIEWPORT, LARGEST_VIEWPORT);
    }

    private void alone(String chosen, String... others) {
        for (String other : others) {
            if (fields.has(other)) {
                fields.wrong(other, null, "does not go with %s; give one".formatted(chosen));
            }
        }
    }

    private void userAgent() {
        String userAgent = fields.text("userAgent");
        if (userAgent == null) {
            return;
        }
        String fault =
                userAgent.isBlank()
                        ? "is blank; leave it out for the worker's own"
                        : Texts.fault(userAgent, LONGEST_USER_AGENT);
        if (fault != null) {
            fields.wrong("userAgent", userAgent, fault);
        }
        options.setUserAgent(userAgent);
    }

    private void language() {
        String language = fields.text("language");
        if (language == null) {
            return;
        }
        if (language.length() > LONGEST_LANGUAGE
                || !List.of(language.split(",", -1)).stream()
                        .allMatch(entry -> LANGUAGE.matcher(entry).matches())) {
            fields.wrong(
                    "language",
                    language,
                    "must be languages as in Accept-Language, such as de-CH or de-CH, de;q=0.8, at most %d characters"
                            .formatted(LONGEST_LANGUAGE));
        }
        options.setLanguage(language);
    }

    private void waitFor() {
        if (fields.isText("waitFor")) {
            options.setWaitFor(fields.oneOf("waitFor", WAIT_CONDITIONS, WaitCondition.LOAD));
        } else if (fields.has("waitFor")) {
            fields.object("waitFor")
                    .ifPresent(element -> {
                        options.setWaitFor(WaitCondition.SELECTOR)
                                .setWaitSelector(ActionRules.selector(element, "selector"));
                        element.rejectOthers();
                    });
        }
    }

    private @Nullable BasicAuth basicAuth() {
        ObjectFields credentials = fields.secretObject("basicAuth").orElse(null);
        if (credentials == null) {
            return null;
        }
        String username = credential(credentials, "username", LONGEST_USERNAME);
        if (username.contains(":")) {
            credentials.wrong("username", null, "has a colon, which ends a user name (RFC 7617)");
        }
        String password = credential(credentials, "password", LONGEST_PASSWORD);
        credentials.rejectOthers();
        return new BasicAuth(username, password);
    }

    private static String credential(ObjectFields credentials, String name, int longest) {
        String text = credentials.requiredText(name);
        if (text == null) {
            return "";
        }
        if (text.length() > longest) {
            credentials.wrong(
                    name,
                    null,
                    "has %,d characters, more than %,d".formatted(text.length(), longest));
        } else if (text.codePoints().anyMatch(ScanAdmission::unprintable)) {
            credentials.wrong(name, null, "has a control character (RFC 7617)");
        }
        return text;
    }

    private static <T> Map<String, T> named(String one, T first, String two, T second) {
        var names = new LinkedHashMap<String, T>();
        names.put(one, first);
        names.put(two, second);
        return Collections.unmodifiableMap(names);
    }

    private static <T> Map<String, T> named(
            String one, T first, String two, T second, String three, T third) {
        var names = new LinkedHashMap<>(named(one, first, two, second));
        names.put(three, third);
        return Collections.unmodifiableMap(names);
    }
}
