package io.stepfree.processor.scan;

import io.stepfree.platform.secret.ScanSecrets;
import io.stepfree.processor.browser.CdpException;
import io.stepfree.processor.browser.CdpSession;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Gives a scan's extra headers and its credentials to the origin it was asked to scan, and to
 * nobody else, wherever the page leads or whatever it loads. Thread-safe.
 */
final class OriginSecrets {

    private static final Logger LOG = LoggerFactory.getLogger(OriginSecrets.class);

    private static final Pattern ORIGIN =
            Pattern.compile(
                    "(https?)://(\\[[0-9a-f:.]+\\]|[^/?#@:\\[\\]]+)(?::(\\d{1,5}))?(?=[/?#]|$)",
                    Pattern.CASE_INSENSITIVE);

    private final String origin;
    private final ScanSecrets secrets;

    /** Requests that have been given the credentials once: asked again, they were wrong. */
    private final Set<String> answered = new HashSet<>();

    OriginSecrets(String url, ScanSecrets secrets) {
        this.origin = origin(url);
        this.secrets = secrets;
    }

    /** Has the browser hold up what needs them; costs nothing when there are none. */
    void apply(CdpSession page, Deadline deadline) throws CdpException, InterruptedException {
        if (secrets.headers().isEmpty() && secrets.basicAuth() == null) {
            return;
        }
        page.call(
                "Fetch.enable",
                Map.of(
                        "handleAuthRequests",
                        secrets.basicAuth() != null,
                        "patterns",
                        List.of(Map.of("urlPattern", origin + "/*"))),
                deadline.left());
    }

    /** Answers an event of the Fetch domain; blocks while it is sent. */
    void answer(CdpSession page, String method, JsonNode event) {
        String request = event.path("requestId").asString("");
        switch (method) {
            case "Fetch.requestPaused" ->
                    send(page, "Fetch.continueRequest", headers(request, event));
            case "Fetch.authRequired" ->
                    send(
                            page,
                            "Fetch.continueWithAuth",
                            Map.of(
                                    "requestId",
                                    request,
                                    "authChallengeResponse",
                                    credentials(request, event.path("authChallenge"))));
            default -> throw new IllegalArgumentException(method);
        }
    }

    private Map<String, Object> headers(String request, JsonNode event) {
        if (secrets.headers().isEmpty()) {
            return Map.of("requestId", request);
        }
        var headers = new ArrayList<Map<String, String>>();
        for (var header : event.path("request").path("headers").properties()) {
            if (secrets.headers().keySet().stream().noneMatch(header.getKey()::equalsIgnoreCase)) {
                headers.add(
                        Map.of("name", header.getKey(), "value", header.getValue().asString("")));
            }
        }
        secrets.headers()
                .forEach((name, value) -> headers.add(Map.of("name", name, "value", value)));
        return Map.of("requestId", request, "headers", headers);
    }

    private synchronized Map<String, String> credentials(String request, JsonNode challenge) {
        ScanSecrets.BasicAuth known = secrets.basicAuth();
        if (known == null
                || origin.isEmpty()
                || !origin(challenge.path("origin").asString("")).equals(origin)
                || !challenge.path("source").asString("Server").equals("Server")
                || !answered.add(request)) {
            return Map.of("response", "CancelAuth");
        }
        return Map.of(
                "response", "ProvideCredentials",
                "username", known.username(),
                "password", known.password());
    }

    private static void send(CdpSession page, String method, Map<String, ?> parameters) {
        var _ =
                page.send(method, parameters)
                        .whenComplete((result, failure) -> {
                            if (failure != null) {
                                // Gone with its tab or its document; or else it must not wait for
                                // ever.
                                LOG.debug("{} was not taken: {}", method, failure.getMessage());
                                if (method.equals("Fetch.continueRequest")) {
                                    send(
                                            page,
                                            "Fetch.failRequest",
                                            Map.of(
                                                    "requestId",
                                                    String.valueOf(parameters.get("requestId")),
                                                    "errorReason",
                                                    "Failed"));
                                }
                            }
                        });
    }

    /**
     * Scheme, host and port, as RFC 6454 has it, without a port that is the scheme's own; empty for
     * what is no web address. By a pattern, because java.net.URI knows no host with an underscore.
     */
    private static String origin(String url) {
        Matcher parts = ORIGIN.matcher(url);
        if (!parts.lookingAt()) {
            return "";
        }
        String scheme = parts.group(1).toLowerCase(Locale.ROOT);
        String port = parts.group(3);
        boolean own = port == null || port.equals(scheme.equals("https") ? "443" : "80");
        return scheme + "://" + parts.group(2).toLowerCase(Locale.ROOT) + (own ? "" : ":" + port);
    }
}
