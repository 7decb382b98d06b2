package io.stepfree.standalone.printing;

import io.stepfree.standalone.client.ScanView;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Scans as the gateway shows them. */
public final class Samples {

    private static final String REPORT =
            """
            {
              "schemaVersion": 1, "scanId": "0199-a", "requestId": "req-1", "client": "local",
              "url": "http://shop.example/", "finalUrl": "http://shop.example/start", "title": "Shop \\u001b[2J | Start",
              "language": "en", "httpStatus": 200, "standard": "wcag22aa", "engine": "axe-core 4.11.1",
              "browser": "Chromium 156", "submittedAt": "2026-11-22T10:00:00Z",
              "completedAt": "2026-11-22T10:00:01Z", "attempt": 1, "earlierFailures": [],
              "summary": {
                "verdict": "2 rules are violated in 6 places, at worst with critical impact; 1 rule needs a person's judgement in 2 places.",
                "violatedRules": 2, "violations": 6, "needsReviewRules": 1, "needsReview": 2, "passes": 30,
                "inapplicable": 40
              },
              "violations": [
                {
                  "rule": "image-alt", "impact": "critical", "help": "Images must have alternative text",
                  "helpUrl": "https://rules.example/image-alt", "description": "Ensures images have text.",
                  "successCriteria": ["1.1.1"], "tags": ["wcag2a"], "nodeCount": 5,
                  "nodes": [
                    {"target": ["#a"], "html": "<img id=\\"a\\">", "summary": "s", "impact": "critical"},
                    {"target": ["iframe", "#b"], "html": "<img\\n   id=\\"b\\">", "summary": "s", "impact": "critical"},
                    {"target": ["#c"], "html": "<img id=\\"c\\">", "summary": "s", "impact": "critical"},
                    {"target": ["#d"], "html": "<img id=\\"d\\">", "summary": "s", "impact": "critical"}
                  ]
                },
                {
                  "rule": "region", "impact": "moderate", "help": "Content belongs in landmarks",
                  "helpUrl": "https://rules.example/region", "description": "Ensures landmarks.",
                  "successCriteria": [], "tags": ["best-practice"], "nodeCount": 1,
                  "nodes": [{"target": ["p"], "html": "<p>", "summary": "s", "impact": "moderate"}]
                }
              ],
              "needsReview": [
                {
                  "rule": "color-contrast", "impact": "serious", "help": "Text needs contrast",
                  "helpUrl": "https://rules.example/color-contrast", "description": "Ensures contrast.",
                  "successCriteria": ["1.4.3"], "tags": ["wcag2aa"], "nodeCount": 2,
                  "nodes": [{"target": ["h1"], "html": "<h1>", "summary": "s", "impact": "serious"}]
                }
              ],
              "warnings": ["A frame was not scanned."],
              "timings": {"load": 80}
            }
            """;

    private static final String CLEAN_REPORT =
            """
            {
              "schemaVersion": 1, "scanId": "0199-b", "requestId": "req-2", "client": "local",
              "url": "http://shop.example/about", "finalUrl": "http://shop.example/about", "title": "About",
              "language": "en", "httpStatus": 200, "standard": "wcag22aa", "engine": "axe-core 4.11.1",
              "browser": "Chromium 156", "submittedAt": "2026-11-22T10:00:00Z",
              "completedAt": "2026-11-22T10:00:01Z", "attempt": 1, "earlierFailures": [],
              "summary": {
                "verdict": "No violations were found.", "violatedRules": 0, "violations": 0, "needsReviewRules": 0,
                "needsReview": 0, "passes": 30, "inapplicable": 40
              },
              "violations": [], "needsReview": [], "warnings": [], "timings": {}
            }
            """;

    private static final String PICTURE =
            "{\"mediaType\": \"image/webp\", \"width\": 1280, \"height\": 1024, \"data\": \"UklGRg==\"}";

    private Samples() {}

    /** Violations, something to review, a warning, and a title that would clear the screen. */
    public static ScanView withViolations() {
        return new ScanView(
                "0199-a",
                "req-1",
                "http://shop.example/",
                "completed",
                1,
                null,
                json(REPORT),
                new ScanView.ReportFiles(
                        "/reports/0199-a/report.html", "/reports/0199-a/report.json"));
    }

    /** Nothing to complain about. */
    public static ScanView clean() {
        return new ScanView(
                "0199-b",
                "req-2",
                "http://shop.example/about",
                "completed",
                1,
                null,
                json(CLEAN_REPORT),
                new ScanView.ReportFiles(
                        "/reports/0199-b/report.html", "/reports/0199-b/report.json"));
    }

    /** No violations, but a part of the page was not seen. */
    public static ScanView notWhollySeen() {
        return new ScanView(
                "0199-d",
                "req-4",
                "http://shop.example/map",
                "completed",
                1,
                null,
                json(
                        CLEAN_REPORT.replace(
                                "\"warnings\": []",
                                "\"warnings\": [\"A frame was not scanned.\", \"It was still loading.\"]")),
                null);
    }

    /** Seen whole and judged, with a picture and colours that no terminal can show. */
    public static ScanView judged() {
        return completed(
                "0199-e",
                judged(REPORT, "valid", "53")
                        .replace(
                                "\"warnings\": [\"A frame was not scanned.\"]",
                                "\"warnings\": [], \"screenshot\": " + PICTURE)
                        .replace(
                                "\"html\": \"<img id=\\\"a\\\">\",",
                                "\"html\": \"<img id=\\\"a\\\">\", \"fingerprint\": \"0123456789abcdef0123456789abcdef\", \"screenshot\": "
                                        + PICTURE
                                        + ", \"contrast\": {\"foreground\": \"#999999\", \"background\": \"#ffffff\", \"ratio\": 2.84, \"required\": 4.5, \"fontSize\": \"14px\", \"fontWeight\": \"normal\"},"));
    }

    /** Clean and seen whole, though its picture was too large. */
    public static ScanView withoutItsPicture() {
        return completed(
                "0199-f",
                judged(CLEAN_REPORT, "valid", "100")
                        .replace(
                                "\"warnings\": []",
                                "\"warnings\": [\"The picture of the page was too large to keep\"]"));
    }

    /** A part was not seen, as the worker judged. */
    public static ScanView partial() {
        return completed(
                "0199-g",
                judged(CLEAN_REPORT, "partial", "100")
                        .replace(
                                "\"warnings\": []",
                                "\"warnings\": [\"A frame was not scanned.\"]"));
    }

    /** Perhaps a login in the page's place, and nothing fails on it. */
    public static ScanView suspect() {
        return completed(
                "0199-h",
                judged(CLEAN_REPORT, "suspect", "null")
                        .replace(
                                "\"warnings\": []",
                                "\"warnings\": [\"It led to /sign-in, which asks for a password\"]")
                        .replace(
                                "No violations were found.",
                                "This may not be the page that was asked for: It led to /sign-in, which asks for a password. Nothing is known about the page itself."));
    }

    /** The same with violations on it. */
    public static ScanView suspectWithViolations() {
        return completed("0199-i", judged(REPORT, "suspect", "null"));
    }

    /** With violations of an impact that the engine does not name. */
    public static ScanView unrated() {
        return completed(
                "0199-j", judged(REPORT, "valid", "80").replaceAll("critical|moderate", "unknown"));
    }

    private static String judged(String report, String validity, String score) {
        return report.replace(
                "\"summary\": {",
                "\"validity\": \"%s\", \"score\": %s, \"elements\": 212, \"cut\": false, \"summary\": {"
                        .formatted(validity, score));
    }

    private static ScanView completed(String id, String report) {
        var document = json(report);
        return new ScanView(
                id, "req-9", document.path("url").asString(), "completed", 1, null, document, null);
    }

    /** Ended as a dead letter. */
    public static ScanView dead() {
        return new ScanView(
                "0199-c",
                "req-3",
                "http://shop.example/gone",
                "dead_lettered",
                1,
                new ScanView.Failure("HTTP_ERROR", "The page answered with status 404.", 404),
                null,
                null);
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }
}
