package io.stepfree.processor.scan;

import io.stepfree.platform.secret.ScanSecrets;
import io.stepfree.processor.browser.CdpException;
import io.stepfree.processor.browser.CdpSession;
import io.stepfree.schemas.scan.ScanOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Shows the page to the visitor that the client has described: window, device, language, colours,
 * name, cookies. Immutable and thread-safe.
 */
final class PageSettings {

    /** An address or a single label, which have no names below. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[.*\\]|.*:.*|[^.]+");

    private final String url;
    private final ScanOptions options;
    private final ScanSecrets secrets;
    private final String userAgent;

    /**
     * @param userAgent what the browser calls itself unless the options say otherwise
     */
    PageSettings(String url, ScanOptions options, ScanSecrets secrets, String userAgent) {
        this.url = url;
        this.options = options;
        this.secrets = secrets;
        this.userAgent = options.getUserAgent() == null ? userAgent : options.getUserAgent();
    }

    /** Applies them to an empty page before it goes anywhere. */
    void apply(CdpSession page, Deadline deadline)
            throws CdpException, ScanFailedException, InterruptedException {
        // Rules depend on the size of the page, which differs between browsers unless it is set.
        page.call(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width", options.getViewportWidth(),
                        "height", options.getViewportHeight(),
                        "deviceScaleFactor", options.getDeviceScaleFactor(),
                        "mobile", options.getMobile()),
                deadline.left());
        if (options.getMobile()) {
            page.call(
                    "Emulation.setTouchEmulationEnabled", Map.of("enabled", true), deadline.left());
        }
        if (!secrets.cookies().isEmpty()) {
            try {
                page.call("Network.setCookies", Map.of("cookies", cookies()), deadline.left());
            } catch (CdpException.Refused e) {
                throw new ScanFailedException(
                        Failures.invalid(
                                "options.cookies",
                                "options.cookies has one that the browser does not take for this page; check names, domains and prefixes such as __Host-"));
            }
        }
        for (Setting setting : inherited()) {
            page.call(setting.method(), setting.parameters(), deadline.left());
        }
    }

    /** A command with its parameters. */
    record Setting(String method, Map<String, Object> parameters) {}

    /** What a frame in a process of its own has to be told, too. */
    List<Setting> inherited() {
        var settings = new ArrayList<Setting>();
        var agent = new HashMap<String, Object>();
        agent.put("userAgent", userAgent);
        if (!options.getLanguage().isEmpty()) {
            agent.put("acceptLanguage", options.getLanguage());
        }
        settings.add(new Setting("Emulation.setUserAgentOverride", agent));
        settings.add(
                new Setting(
                        "Emulation.setEmulatedMedia",
                        Map.of(
                                "features",
                                List.of(
                                        Map.of(
                                                "name",
                                                "prefers-color-scheme",
                                                "value",
                                                options.getColorScheme()
                                                        .name()
                                                        .toLowerCase(Locale.ROOT))))));
        return settings;
    }

    private List<Map<String, Object>> cookies() {
        var cookies = new ArrayList<Map<String, Object>>();
        for (ScanSecrets.Cookie cookie : secrets.cookies()) {
            var parameters = new HashMap<String, Object>();
            parameters.put("name", cookie.name());
            parameters.put("value", cookie.value());
            parameters.put("url", url);
            if (!cookie.domain().isEmpty()) {
                // With a dot before it the browser sends it to the names below, too.
                parameters.put(
                        "domain",
                        ADDRESS.matcher(cookie.domain()).matches()
                                ? cookie.domain()
                                : "." + cookie.domain().replaceFirst("^\\.", ""));
            }
            if (!cookie.path().isEmpty()) {
                parameters.put("path", cookie.path());
            }
            cookies.add(parameters);
        }
        return cookies;
    }
}
