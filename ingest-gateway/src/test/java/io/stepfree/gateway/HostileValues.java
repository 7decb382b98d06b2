package io.stepfree.gateway;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Draws what no well-meaning client sends. */
final class HostileValues {

    private static final List<String> JSON =
            List.of(
                    "null",
                    "true",
                    "-1",
                    "1e99999",
                    "123456789012345678901234567890",
                    "0.1e-400",
                    "NaN",
                    "\"\"",
                    "\" \"",
                    "[]",
                    "{}",
                    "[null]",
                    "{\"\": 1}",
                    "\"\\u0000\"",
                    "\"a\\u0000b\"",
                    "\"\\ud800\"",
                    "\"\\udc00\\ud800\"",
                    "\"\\u202e\\u2028\\uffff\"",
                    "\"\\u001b[31m\\r\\nSet-Cookie: a=b\"",
                    "\"'; DROP TABLE gateway.api_keys; --\"",
                    "\"${jndi:ldap://localhost/a}\"",
                    "\"{{7*7}}%n%s\"",
                    "\"../../etc/passwd\"",
                    "\"https://user:secret@example.com/\"",
                    "\"http://0x7f.1/\"",
                    "{\"a\": 1, \"a\": 2}",
                    "{\"selector\": []}",
                    "{\"$ref\": \"#/\"}");

    /* As they stand in an address. */
    private static final List<String> ENCODED =
            List.of(
                    "",
                    "%00",
                    "a%00b",
                    "%FF%FE",
                    "%C0%AF",
                    "%ED%A0%80",
                    "%F0%9F%98%80",
                    "%E2%80%AE",
                    "%0D%0ASet-Cookie:%20a=b",
                    "%1B%5B31m",
                    "%27%20OR%201=1--",
                    "%7B%7D",
                    "%25n%25s",
                    "null",
                    "-1",
                    "0",
                    "99999999999999999999",
                    "1e3",
                    "2026-13-45T99:99:99Z",
                    "-999999999-01-01T00:00:00Z",
                    "+999999999-12-31T23:59:59Z",
                    "01890A5D-AC96-774B-BCCE-B302099A8057",
                    "01890a5d-ac96-774b-bcce-b302099a8057",
                    "x".repeat(3_000));

    /** Those that something behind the gateway can trip over most easily. */
    static final List<String> WORST =
            List.of("%00", "a%00b", "%FF%FE", "%EF%BF%BF", "x".repeat(3_000));

    private static final List<String> IN_PATHS =
            List.of(
                    "..%2f..",
                    "a%2Fb", "%5C..", "%2E%2E", ";jsessionid=1", "a;b=c", "*", "~", "@", "%25");

    private static final List<List<String>> HEADERS =
            List.of(
                    List.of("Content-Type", "application/json; charset=utf-16"),
                    List.of("Content-Type", "application/x-www-form-urlencoded"),
                    List.of("Content-Type", "multipart/form-data; boundary=x"),
                    List.of("Content-Type", "text/csv"),
                    List.of("Content-Type", "application/x-ndjson"),
                    List.of("Content-Type", "no/type/at/all;;"),
                    List.of("Content-Encoding", "gzip"),
                    List.of("Accept", "text/html"),
                    List.of("Accept", "application/yaml"),
                    List.of("Accept", "not a type"),
                    List.of("Accept", "text/event-stream;q=0"),
                    List.of("Accept-Encoding", "br;q=x, gzip;q=-1, *;q=9"),
                    List.of("Accept-Language", "x".repeat(3_000)),
                    List.of("Idempotency-Key", ""),
                    List.of("Idempotency-Key", "\"" + "k".repeat(300) + "\""),
                    List.of("Idempotency-Key", "a b\"c"),
                    List.of("Idempotency-Key", "same"),
                    List.of("X-Request-ID", "${jndi:ldap://localhost/a}"),
                    List.of("X-Request-ID", "x".repeat(3_000)),
                    List.of("Last-Event-ID", "nonsense"),
                    List.of("Last-Event-ID", "x".repeat(3_000)),
                    List.of("Authorization", "Basic YTpi"),
                    List.of("Authorization", "Bearer sf_test_" + "x".repeat(38)),
                    List.of("Authorization", "Bearer " + "x".repeat(6_000)),
                    List.of("Cookie", "a=" + "b".repeat(3_000)),
                    List.of("Range", "bytes=0-1,5-2,-9999999999999"),
                    List.of("If-None-Match", "\"x\", W/\"y\", *"),
                    List.of("If-Modified-Since", "yesterday"),
                    List.of("Origin", "null"),
                    List.of("X-HTTP-Method-Override", "DELETE"),
                    List.of("X-Forwarded-Host", "evil.example"),
                    List.of("traceparent", "00-zz-zz-zz"));

    private final RandomGenerator random;

    HostileValues(RandomGenerator random) {
        this.random = random;
    }

    /** A value of a query parameter, encoded as it has to be in an address. */
    String inQuery() {
        return any(ENCODED);
    }

    /** A whole parameter that no operation has, or twice. */
    String parameter() {
        return switch (random.nextInt(3)) {
            case 0 -> "unknown=" + inQuery();
            case 1 -> inQuery() + "=1";
            default -> "limit=1&limit=" + inQuery();
        };
    }

    /** A part of a path, also with what means something there. */
    String inPath() {
        String part = random.nextBoolean() ? any(IN_PATHS) : any(ENCODED);
        return part.isEmpty() ? "%20" : part;
    }

    /** The name and the value of a header. */
    List<String> header() {
        return HEADERS.get(random.nextInt(HEADERS.size()));
    }

    /** A body, not always JSON, beginning from a right one. */
    byte[] body(JsonNode right) {
        String text = right.toString();
        return switch (random.nextInt(12)) {
            case 0 -> new byte[0];
            case 1 -> utf8(any(JSON));
            case 2 -> utf8(text.substring(0, random.nextInt(text.length())));
            case 3 -> utf8("[".repeat(5_000));
            case 4 -> utf8(nested(text));
            case 5 -> text.getBytes(StandardCharsets.UTF_16);
            case 6 ->
                    random.nextBoolean()
                            ? utf8("\ufeff" + text)
                            : new byte[] {(byte) 0xff, '{', '}'};
            case 7 -> utf8(text + text);
            case 8 -> utf8("\"" + "x".repeat(70_000) + "\"");
            default -> utf8(changed(right));
        };
    }

    private static String nested(String text) {
        return "{\"a\":".repeat(20) + text + "}".repeat(20);
    }

    /* With something else in the place of one value, wherever it stands. */
    private String changed(JsonNode right) {
        String mark = "\"mark\"";
        JsonNode copy = right.deepCopy();
        String hostile = any(JSON);
        return mark(copy) ? copy.toString().replace(mark, hostile) : hostile;
    }

    private boolean mark(JsonNode node) {
        if (node instanceof ObjectNode object) {
            if (object.isEmpty() || random.nextInt(6) == 0) {
                object.put(random.nextBoolean() ? "unknown" : "\u0000", "mark");
                return true;
            }
            List<String> names = List.copyOf(object.propertyNames());
            String name = names.get(random.nextInt(names.size()));
            if (random.nextBoolean() && mark(object.path(name))) {
                return true;
            }
            object.put(name, "mark");
            return true;
        }
        if (node instanceof ArrayNode array && !array.isEmpty()) {
            int index = random.nextInt(array.size());
            if (!mark(array.path(index))) {
                array.set(index, "mark");
            }
            return true;
        }
        return false;
    }

    private String any(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
