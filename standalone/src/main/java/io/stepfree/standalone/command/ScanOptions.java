package io.stepfree.standalone.command;

import io.stepfree.gateway.admission.Device;
import io.stepfree.gateway.admission.Standard;
import io.stepfree.standalone.client.NewScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What may be chosen about scans, beside their addresses. Only what the command line writes in a
 * form of its own is checked here; the rest is for the gateway's rules. No message shows a value
 * that may be a secret.
 */
final class ScanOptions {

    /** The environment variable with a user name and a password, so that no history has them. */
    static final String BASIC_AUTH_VARIABLE = "STEPFREE_BASIC_AUTH";

    private static final int LONGEST_TIMEOUT_SECONDS = 120;
    private static final Pattern SIZE =
            Pattern.compile("([0-9]{1,5})x([0-9]{1,5})(?:@([0-9](?:\\.[0-9]{1,3})?))?");
    private static final List<String> WAIT_CONDITIONS =
            List.of("load", "network-quiet", "dom-stable");

    private final Map<String, String> environment;
    private final ObjectNode options = JsonMapper.shared().createObjectNode();

    private @Spec(Spec.Target.MIXEE) @Nullable CommandSpec spec;
    private @Nullable String standard;
    private @Nullable String priority;

    @Option(
            names = "--header",
            paramLabel = "'NAME: VALUE'",
            description =
                    "A header for the page's own site, such as 'X-Preview: yes'. May be repeated.")
    private List<String> headers = List.of();

    @Option(
            names = "--cookie",
            paramLabel = "NAME=VALUE",
            description = "A cookie that is there before the page is loaded. May be repeated.")
    private List<String> cookies = List.of();

    @Option(
            names = "--basic-auth",
            paramLabel = "USER:PASSWORD",
            description =
                    "What to answer when the page's site asks for credentials. Give it in the environment variable STEPFREE_BASIC_AUTH to keep it out of the shell's history.")
    private @Nullable String basicAuth;

    /**
     * @param environment the environment variables
     */
    ScanOptions(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The names of the conformance targets. */
    static final class Standards extends ArrayList<String> {
        Standards() {
            super(Arrays.stream(Standard.values()).map(Standard::text).toList());
        }
    }

    /** The names of the priorities. */
    static final class Priorities extends ArrayList<String> {
        Priorities() {
            super(List.of("high", "low"));
        }
    }

    /** The names of the devices. */
    static final class Devices extends ArrayList<String> {
        Devices() {
            super(Arrays.stream(Device.values()).map(Device::text).toList());
        }
    }

    /** The names of what pictures can be taken of. */
    static final class Pictures extends ArrayList<String> {
        Pictures() {
            super(List.of("none", "page", "elements"));
        }
    }

    @Option(
            names = "--standard",
            paramLabel = "STANDARD",
            completionCandidates = Standards.class,
            description =
                    "The conformance target; each includes the easier ones. One of ${COMPLETION-CANDIDATES}; wcag22aa when not given.")
    void standard(String name) {
        standard = oneOf("--standard", name, new Standards());
    }

    @Option(
            names = "--priority",
            paramLabel = "PRIORITY",
            completionCandidates = Priorities.class,
            description = "high or low; high when not given.")
    void priority(String name) {
        priority = oneOf("--priority", name, new Priorities());
    }

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description =
                    "How long one attempt at a page may take, from 1 to 120; 60 when not given.")
    void timeout(int seconds) {
        if (seconds < 1 || seconds > LONGEST_TIMEOUT_SECONDS) {
            throw wrong(
                    "--timeout",
                    "%d is not from 1 to %d seconds".formatted(seconds, LONGEST_TIMEOUT_SECONDS));
        }
        options.put("timeoutMillis", seconds * 1000);
    }

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            completionCandidates = Devices.class,
            description =
                    "The screen to show pages on: ${COMPLETION-CANDIDATES}; 1280 by 1024 pixels when not given.")
    void device(String name) {
        options.put("device", oneOf("--device", name, new Devices()));
    }

    @Option(
            names = "--viewport",
            paramLabel = "WxH[@SCALE]",
            description =
                    "A screen of your own in CSS pixels, such as 1440x900, or 1440x900@2 with two device pixels for each.")
    void viewport(String size) {
        var matcher = SIZE.matcher(size);
        if (!matcher.matches()) {
            throw wrong(
                    "--viewport",
                    "'%s' is not a size such as 1440x900 or 1440x900@2".formatted(size));
        }
        var viewport =
                options.putObject("viewport")
                        .put("width", Integer.parseInt(matcher.group(1)))
                        .put("height", Integer.parseInt(matcher.group(2)));
        if (matcher.group(3) != null) {
            viewport.put("scale", Double.parseDouble(matcher.group(3)));
        }
    }

    @Option(
            names = "--user-agent",
            paramLabel = "TEXT",
            description = "The browser's User-Agent; its own when not given.")
    void userAgent(String text) {
        options.put("userAgent", text);
    }

    @Option(
            names = "--language",
            paramLabel = "LANGUAGES",
            description = "The languages to ask for, such as de-CH or 'de-CH, de;q=0.8'.")
    void language(String languages) {
        options.put("language", languages);
    }

    @Option(
            names = "--dark",
            description = "Ask for dark colours (prefers-color-scheme) instead of light ones.")
    void dark(boolean dark) {
        if (dark) {
            options.put("colorScheme", "dark");
        }
    }

    @Option(
            names = "--wait-for",
            paramLabel = "CONDITION",
            description =
                    "When a page counts as loaded: load, network-quiet, dom-stable, or a CSS selector of an element that must be visible; load when not given.")
    void waitFor(String condition) {
        if (WAIT_CONDITIONS.contains(condition)) {
            options.put("waitFor", condition);
        } else {
            options.putObject("waitFor").put("selector", condition);
        }
    }

    @Option(
            names = "--actions",
            paramLabel = "FILE.json",
            description =
                    "What to do on each page before it is scanned, for logins and cookie walls: a JSON array such as [{\"click\": \"#accept\"}], see docs/scanning.md.")
    void actions(Path file) {
        options.set("actions", read(file));
    }

    @Option(
            names = "--screenshots",
            paramLabel = "WHAT",
            completionCandidates = Pictures.class,
            description =
                    "Pictures for the report: page for one of the page, elements for one of each violation too; none when not given.")
    void screenshots(String what) {
        options.put("screenshots", oneOf("--screenshots", what, new Pictures()));
    }

    NewScan scan(String url) {
        var all = options.deepCopy();
        putHeaders(all);
        putCookies(all);
        putBasicAuth(all);
        return new NewScan(url, standard, priority, all);
    }

    private void putHeaders(ObjectNode all) {
        for (var header : headers) {
            var colon = header.indexOf(':');
            if (colon < 1) {
                throw wrong("--header", "write it as 'Name: value'");
            }
            var name = header.substring(0, colon).strip();
            var object = all.withObjectProperty("headers");
            if (object.has(name)) {
                throw wrong("--header", "'%s' is given twice".formatted(name));
            }
            object.put(name, header.substring(colon + 1).strip());
        }
    }

    private void putCookies(ObjectNode all) {
        for (var cookie : cookies) {
            var equals = cookie.indexOf('=');
            if (equals < 1) {
                throw wrong("--cookie", "write it as name=value");
            }
            all.withArrayProperty("cookies")
                    .addObject()
                    .put("name", cookie.substring(0, equals))
                    .put("value", cookie.substring(equals + 1));
        }
    }

    private void putBasicAuth(ObjectNode all) {
        var given = basicAuth != null ? basicAuth : environment.get(BASIC_AUTH_VARIABLE);
        if (given == null || (basicAuth == null && given.isEmpty())) {
            return;
        }
        var colon = given.indexOf(':');
        if (colon < 0) {
            throw wrong(
                    "--basic-auth",
                    basicAuth != null
                            ? "write it as user:password"
                            : "write it as user:password in " + BASIC_AUTH_VARIABLE);
        }
        all.putObject("basicAuth")
                .put("username", given.substring(0, colon))
                .put("password", given.substring(colon + 1));
    }

    /** What a parser says about its input may quote it, and a file of actions has passwords. */
    private JsonNode read(Path file) {
        try {
            return JsonMapper.shared().readTree(Files.readString(file));
        } catch (IOException e) {
            throw wrong("--actions", "%s cannot be read (%s)".formatted(file, e));
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw wrong(
                    "--actions",
                    at == null
                            ? "%s is not JSON".formatted(file)
                            : "%s is not JSON (line %d, column %d)"
                                    .formatted(file, at.getLineNr(), at.getColumnNr()));
        }
    }

    private String oneOf(String option, String name, List<String> choices) {
        if (!choices.contains(name)) {
            throw wrong(option, NearestWords.refusal(name, choices));
        }
        return name;
    }

    private ParameterException wrong(String option, String message) {
        return new ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                "Invalid value for option '%s': %s".formatted(option, message));
    }
}
