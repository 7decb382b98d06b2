package io.stepfree.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.secret.ScanSecrets;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.platform.target.TargetProperties;
import io.stepfree.schemas.scan.ActionKind;
import io.stepfree.schemas.scan.ColorScheme;
import io.stepfree.schemas.scan.PageAction;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.Screenshots;
import io.stepfree.schemas.scan.WaitCondition;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What may be chosen about a scan beside its address. */
final class ScanAdmissionTest {

    private final ScanAdmission admission =
            new ScanAdmission(
                    TargetPolicy.of(
                            new TargetProperties(List.of("10.0.0.7"), List.of(80, 443, 8080))));

    @Test
    void everyOptionIsTaken() {
        NewScan scan =
                admit(
                        """
                        {"timeoutMillis": 90000,
                         "viewport": {"width": 800, "height": 600, "scale": 1.5, "mobile": true},
                         "userAgent": "Audit/1.0 (+https://example.com/)",
                         "headers": {"X-Preview": "yes", "Authorization": "Bearer abc"},
                         "cookies": [{"name": "consent", "value": "all"},
                                     {"name": "s", "value": "a=b c", "domain": ".Example.com", "path": "/shop"}],
                         "basicAuth": {"username": "ann", "password": "p:w"},
                         "language": "de-CH, de;q=0.8, *;q=0.1",
                         "colorScheme": "dark",
                         "waitFor": {"selector": "#app > main"},
                         "actions": [{"click": "#accept"},
                                     {"fill": "#user", "text": "ann"},
                                     {"fill": "#password", "text": "tre\\ns\\u00e9cret"},
                                     {"select": "#country", "option": "Schweiz"},
                                     {"press": "Enter", "on": "#password"},
                                     {"press": "Escape"},
                                     {"wait": "#welcome"},
                                     {"wait": 250},
                                     {"scroll": "#footer"},
                                     {"scroll": "end"}],
                         "screenshots": "elements"}
                        """);

        ScanOptions options = scan.options();
        assertThat(options.getTimeoutMillis()).isEqualTo(90_000);
        assertThat(options.getDevice()).isEmpty();
        assertThat(options.getViewportWidth()).isEqualTo(800);
        assertThat(options.getViewportHeight()).isEqualTo(600);
        assertThat(options.getDeviceScaleFactor()).isEqualTo(1.5);
        assertThat(options.getMobile()).isTrue();
        assertThat(options.getUserAgent()).isEqualTo("Audit/1.0 (+https://example.com/)");
        assertThat(options.getLanguage()).isEqualTo("de-CH, de;q=0.8, *;q=0.1");
        assertThat(options.getColorScheme()).isEqualTo(ColorScheme.DARK);
        assertThat(options.getWaitFor()).isEqualTo(WaitCondition.SELECTOR);
        assertThat(options.getWaitSelector()).isEqualTo("#app > main");
        assertThat(options.getScreenshots()).isEqualTo(Screenshots.ELEMENTS);
        assertThat(options.getActions())
                .containsExactly(
                        action(ActionKind.CLICK, "#accept", "", 0),
                        action(ActionKind.FILL, "#user", "", 0),
                        action(ActionKind.FILL, "#password", "", 0),
                        action(ActionKind.SELECT, "#country", "Schweiz", 0),
                        action(ActionKind.PRESS, "#password", "Enter", 0),
                        action(ActionKind.PRESS, "", "Escape", 0),
                        action(ActionKind.WAIT, "#welcome", "", 0),
                        action(ActionKind.WAIT, "", "", 250),
                        action(ActionKind.SCROLL, "#footer", "", 0),
                        action(ActionKind.SCROLL, "", "", 0));
        assertThat(options.getSecrets()).as("sealed later, when the scan has an id").isNull();
        assertThat(scan.secrets().headers())
                .containsEntry("X-Preview", "yes")
                .containsEntry("Authorization", "Bearer abc");
        assertThat(scan.secrets().cookies())
                .containsExactly(
                        new ScanSecrets.Cookie("consent", "all", "", ""),
                        new ScanSecrets.Cookie("s", "a=b c", "example.com", "/shop"));
        assertThat(scan.secrets().basicAuth()).isEqualTo(new ScanSecrets.BasicAuth("ann", "p:w"));
        assertThat(scan.secrets().fills()).containsExactly("ann", "tre\ns\u00e9cret");
    }

    @Test
    void whatIsLeftOutHasTheDefaultOfTheSchema() {
        assertThat(admit("{}").options()).isEqualTo(ScanOptions.newBuilder().build());
        assertThat(admit("{}").secrets().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aDeviceIsItsSize(Device device) {
        ScanOptions options = admit("{\"device\": \"%s\"}".formatted(device.text())).options();

        assertThat(options.getDevice()).isEqualTo(device.text());
        assertThat(options.getViewportWidth()).isEqualTo(device.width());
        assertThat(options.getViewportHeight()).isEqualTo(device.height());
        assertThat(options.getDeviceScaleFactor()).isEqualTo(device.scale());
        assertThat(options.getMobile()).isEqualTo(device.mobile());
    }

    @ParameterizedTest
    @CsvSource({
        "load, LOAD",
        "network-quiet, NETWORK_QUIET",
        "dom-stable, DOM_STABLE",
    })
    void aWaitConditionIsTakenByName(String name, WaitCondition condition) {
        assertThat(admit("{\"waitFor\": \"%s\"}".formatted(name)).options().getWaitFor())
                .isEqualTo(condition);
    }

    static Stream<Arguments> wrongOptions() {
        return Stream.of(
                arguments("{\"device\": \"fridge\"}", "/device"),
                arguments("{\"device\": \"phone\", \"viewport\": {}}", "/viewport"),
                arguments("{\"device\": \"phone\", \"viewportWidth\": 300}", "/viewportWidth"),
                arguments("{\"viewport\": {}, \"viewportHeight\": 300}", "/viewportHeight"),
                arguments("{\"viewport\": \"800x600\"}", "/viewport"),
                arguments("{\"viewport\": {\"width\": 199}}", "/viewport/width"),
                arguments("{\"viewport\": {\"height\": 4097}}", "/viewport/height"),
                arguments("{\"viewport\": {\"scale\": 0.4}}", "/viewport/scale"),
                arguments("{\"viewport\": {\"scale\": 1e99999}}", "/viewport/scale"),
                arguments("{\"viewport\": {\"scale\": \"2\"}}", "/viewport/scale"),
                arguments(
                        "{\"viewport\": {\"width\": 4096, \"height\": 4096, \"scale\": 1.1}}",
                        "/viewport/scale"),
                arguments("{\"viewport\": {\"mobile\": 1}}", "/viewport/mobile"),
                arguments("{\"viewport\": {\"depth\": 1}}", "/viewport/depth"),
                arguments("{\"userAgent\": \" \"}", "/userAgent"),
                arguments("{\"userAgent\": \"a\\r\\nX: y\"}", "/userAgent"),
                arguments("{\"userAgent\": \"\u00fc\"}", "/userAgent"),
                arguments("{\"userAgent\": \"%s\"}".formatted("a".repeat(501)), "/userAgent"),
                arguments("{\"language\": \"\"}", "/language"),
                arguments("{\"language\": \"de_CH\"}", "/language"),
                arguments("{\"language\": \"de,,en\"}", "/language"),
                arguments("{\"language\": \"de\\r\\nX: y\"}", "/language"),
                arguments("{\"language\": \"de;q=2\"}", "/language"),
                arguments("{\"language\": \"%s\"}".formatted("de,".repeat(40) + "en"), "/language"),
                arguments("{\"colorScheme\": \"sepia\"}", "/colorScheme"),
                arguments("{\"waitFor\": \"forever\"}", "/waitFor"),
                arguments("{\"waitFor\": 3}", "/waitFor"),
                arguments("{\"waitFor\": {}}", "/waitFor/selector"),
                arguments("{\"waitFor\": {\"selector\": \"\"}}", "/waitFor/selector"),
                arguments("{\"waitFor\": {\"selector\": \"a\", \"for\": 1}}", "/waitFor/for"),
                arguments("{\"screenshots\": true}", "/screenshots"),
                arguments("{\"screenshots\": \"all\"}", "/screenshots"),
                arguments("{\"actions\": {}}", "/actions"),
                arguments("{\"actions\": [\"click\"]}", "/actions/0"),
                arguments("{\"actions\": [{}]}", "/actions/0"),
                arguments("{\"actions\": [{\"hover\": \"#a\"}]}", "/actions/0"),
                arguments("{\"actions\": [{\"click\": \"a\", \"wait\": 1}]}", "/actions/0"),
                arguments(
                        "{\"actions\": [{\"click\": \"a\"}, {\"click\": \"\"}]}",
                        "/actions/1/click"),
                arguments("{\"actions\": [{\"click\": \"a\\u0000\"}]}", "/actions/0/click"),
                arguments(
                        "{\"actions\": [{\"click\": \"%s\"}]}".formatted("a".repeat(501)),
                        "/actions/0/click"),
                arguments(
                        "{\"actions\": [{\"click\": \"a\", \"text\": \"b\"}]}", "/actions/0/text"),
                arguments("{\"actions\": [{\"fill\": \"a\"}]}", "/actions/0/text"),
                arguments("{\"actions\": [{\"fill\": \"a\", \"text\": 12}]}", "/actions/0/text"),
                arguments(
                        "{\"actions\": [{\"fill\": \"a\", \"text\": \"\\u001b\"}]}",
                        "/actions/0/text"),
                arguments("{\"actions\": [{\"select\": \"a\"}]}", "/actions/0/option"),
                arguments(
                        "{\"actions\": [{\"select\": \"a\", \"option\": \"b\\n\"}]}",
                        "/actions/0/option"),
                arguments("{\"actions\": [{\"press\": \"F13\"}]}", "/actions/0/press"),
                arguments("{\"actions\": [{\"press\": \"Tab\", \"on\": \"\"}]}", "/actions/0/on"),
                arguments("{\"actions\": [{\"wait\": 30001}]}", "/actions/0/wait"),
                arguments("{\"actions\": [{\"wait\": -1}]}", "/actions/0/wait"),
                arguments("{\"actions\": [{\"wait\": {}}]}", "/actions/0/wait"),
                arguments(
                        "{\"timeoutMillis\": 2000, \"actions\": [{\"wait\": 1000}, {\"wait\": 1000}]}",
                        "/actions"),
                arguments("{\"actions\": [{\"scroll\": 100}]}", "/actions/0/scroll"),
                arguments(
                        "{\"actions\": [%s]}".formatted(repeated("{\"click\": \"a\"}", 31)),
                        "/actions"),
                arguments("{\"headers\": []}", "/headers"),
                arguments("{\"headers\": {\"\": \"x\"}}", "/headers/"),
                arguments("{\"headers\": {\"X Y\": \"x\"}}", "/headers/X Y"),
                arguments("{\"headers\": {\"X/Y\": \"x\"}}", "/headers/X~1Y"),
                arguments("{\"headers\": {\"X\u00fc\": \"x\"}}", "/headers/X\u00fc"),
                arguments("{\"headers\": {\"X\": 7}}", "/headers/X"),
                arguments("{\"headers\": {\"X\": \"a\\r\\nHost: b\"}}", "/headers/X"),
                arguments("{\"headers\": {\"X\": \"a\\u0000\"}}", "/headers/X"),
                arguments(
                        "{\"headers\": {\"X\": \"%s\"}}".formatted("a".repeat(4_097)),
                        "/headers/X"),
                arguments("{\"headers\": {\"X-a\": \"1\", \"x-A\": \"2\"}}", "/headers/x-A"),
                arguments(
                        "{\"headers\": {%s}}"
                                .formatted(
                                        IntStream.range(0, 31)
                                                .mapToObj("\"X-%d\": \"1\""::formatted)
                                                .collect(Collectors.joining(","))),
                        "/headers"),
                arguments("{\"cookies\": {}}", "/cookies"),
                arguments("{\"cookies\": [\"a=b\"]}", "/cookies/0"),
                arguments("{\"cookies\": [{\"name\": \"a\"}]}", "/cookies/0/value"),
                arguments(
                        "{\"cookies\": [{\"name\": \"a b\", \"value\": \"\"}]}", "/cookies/0/name"),
                arguments("{\"cookies\": [{\"name\": \"\", \"value\": \"\"}]}", "/cookies/0/name"),
                arguments(
                        "{\"cookies\": [{\"name\": \"a\", \"value\": \"b; Secure\"}]}",
                        "/cookies/0/value"),
                arguments(
                        "{\"cookies\": [{\"name\": \"a\", \"value\": \"b\\r\\n\"}]}",
                        "/cookies/0/value"),
                arguments(
                        "{\"cookies\": [{\"name\": \"a\", \"value\": \"b\", \"path\": \"shop\"}]}",
                        "/cookies/0/path"),
                arguments(
                        "{\"cookies\": [{\"name\": \"a\", \"value\": \"b\", \"secure\": true}]}",
                        "/cookies/0/secure"),
                arguments("{\"basicAuth\": \"ann:pw\"}", "/basicAuth"),
                arguments("{\"basicAuth\": {\"username\": \"ann\"}}", "/basicAuth/password"),
                arguments(
                        "{\"basicAuth\": {\"username\": \"a:b\", \"password\": \"\"}}",
                        "/basicAuth/username"),
                arguments(
                        "{\"basicAuth\": {\"username\": \"a\", \"password\": \"b\\n\"}}",
                        "/basicAuth/password"));
    }

    @ParameterizedTest
    @MethodSource
    void wrongOptions(String options, String pointer) {
        assertThat(errors(options))
                .extracting(FieldError::pointer)
                .containsExactly("/options" + pointer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "host",
                "Cookie",
                "Content-Length",
                "Transfer-Encoding",
                "Connection",
                "Upgrade",
                "TE",
                "Origin",
                "Referer",
                "User-Agent",
                "Accept-Language",
                "Accept-Encoding",
                "Range",
                "If-None-Match",
                "Proxy-Authorization",
                "Sec-Fetch-Site",
                "Access-Control-Request-Method"
            })
    void aHeaderThatIsTheBrowsersOwnIsRefusedWithACure(String name) {
        assertThat(errors("{\"headers\": {\"%s\": \"x\"}}".formatted(name)))
                .singleElement()
                .satisfies(error -> {
                    assertThat(error.pointer()).isEqualTo("/options/headers/" + name);
                    assertThat(error.detail()).containsAnyOf("leave it out", "give");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "https://www.shop.example.co.uk/, www.shop.example.co.uk, true",
        "https://www.shop.example.co.uk/, shop.example.co.uk, true",
        "https://www.shop.example.co.uk/, EXAMPLE.co.uk, true",
        "https://www.shop.example.co.uk/, .example.co.uk, true",
        "https://www.shop.example.co.uk/, co.uk, false",
        "https://www.shop.example.co.uk/, uk, false",
        "https://www.shop.example.co.uk/, other.co.uk, false",
        "https://www.shop.example.co.uk/, ample.co.uk, false",
        "https://www.shop.example.co.uk/, a.www.shop.example.co.uk, false",
        "https://www.shop.example.co.uk/, '', false",
        "https://b\u00fccher.example.com/, b\u00fccher.example.com, true",
        "https://example.com/, example.com, true",
        "http://10.0.0.7/, 10.0.0.7, true",
        "http://10.0.0.7/, 0.0.7, false"
    })
    void aCookieIsForThePagesSiteOnly(String url, String domain, boolean taken) {
        String document =
                """
                {"url": "%s", "options": {"cookies": [{"name": "a", "value": "b", "domain": "%s"}]}}
                """
                        .formatted(url, domain);
        if (taken) {
            assertThat(admission.admit(JsonMapper.shared().readTree(document)).secrets().cookies())
                    .hasSize(1);
        } else {
            assertThat(errorsOf(document))
                    .extracting(FieldError::pointer)
                    .containsExactly("/options/cookies/0/domain");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"headers\": {\"X\": \"HUSH\\n\", \"Host\": \"HUSH\", \"Y\": [\"HUSH\"]}}",
                "{\"headers\": \"HUSH\"}",
                "{\"headers\": [\"HUSH\"]}",
                "{\"cookies\": \"HUSH\"}",
                "{\"cookies\": [\"HUSH\"]}",
                "{\"cookies\": [{\"name\": \"HUSH\\n\", \"value\": \"HUSH;\", \"path\": \"HUSH\"}]}",
                "{\"cookies\": [{\"name\": \"a\", \"value\": \"b\", \"domain\": \"HUSH.net\", \"z\": \"HUSH\"}]}",
                "{\"basicAuth\": \"ann:HUSH\"}",
                "{\"basicAuth\": {\"username\": \"HUSH:\", \"password\": \"HUSH\\n\", \"realm\": \"HUSH\"}}",
                "{\"actions\": [{\"fill\": \"a\", \"text\": \"HUSH\\u0000\"}]}",
                "{\"actions\": [{\"fill\": \"a\", \"text\": [\"HUSH\"]}]}",
                "{\"actions\": [{\"click\": \"a\", \"text\": \"HUSH\"}]}",
                "{\"actions\": [{\"type\": \"#password\", \"text\": \"HUSH\"}]}"
            })
    void noErrorShowsASecret(String options) {
        assertThat(errors(options))
                .isNotEmpty()
                .allSatisfy(error -> {
                    assertThat(error.value()).isNull();
                    assertThat(error.detail()).doesNotContain("HUSH");
                });
    }

    @Test
    void aNumberInAPasswordsPlaceIsNotShownEither() {
        assertThat(errors("{\"basicAuth\": {\"username\": 4711, \"password\": 4711}}"))
                .hasSize(2)
                .allSatisfy(error -> assertThat(error.value()).isNull());
    }

    @Test
    void noTextOfAnAdmittedScanShowsASecret() {
        NewScan scan =
                admit(
                        """
                        {"headers": {"X": "HUSH"}, "cookies": [{"name": "a", "value": "HUSH"}],
                         "basicAuth": {"username": "HUSH", "password": "HUSH"},
                         "actions": [{"fill": "#a", "text": "HUSH"}]}
                        """);

        assertThat(scan.toString()).doesNotContain("HUSH");
    }

    private NewScan admit(String options) {
        return admission.admit(JsonMapper.shared().readTree(document(options)));
    }

    private List<FieldError> errors(String options) {
        return errorsOf(document(options));
    }

    private List<FieldError> errorsOf(String document) {
        return catchThrowableOfType(
                        ProblemException.class,
                        () -> admission.admit(JsonMapper.shared().readTree(document)))
                .errors();
    }

    private static String document(String options) {
        return "{\"url\": \"https://example.com/\", \"options\": %s}".formatted(options);
    }

    private static PageAction action(ActionKind kind, String selector, String value, int millis) {
        return PageAction.newBuilder()
                .setKind(kind)
                .setSelector(selector)
                .setValue(value)
                .setMillis(millis)
                .build();
    }

    private static String repeated(String text, int times) {
        return String.join(",", java.util.Collections.nCopies(times, text));
    }
}
