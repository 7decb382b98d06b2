package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the gateway answered. */
record Answer(int status, Map<String, List<String>> headers, String body) {

    /** Reads an answer off the wire, whose body ends where the connection does. */
    static Answer parse(String text) {
        int end = text.indexOf("\r\n\r\n");
        assertThat(end).as("an HTTP answer in '%s'", text).isPositive();
        String[] lines = text.substring(0, end).split("\r\n", -1);
        var headers = new TreeMap<String, List<String>>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    List.of(lines[i].substring(colon + 1).strip()));
        }
        String body = text.substring(end + 4);
        if (headers.containsKey("transfer-encoding")) {
            body = body.substring(body.indexOf('{'), body.lastIndexOf('}') + 1);
        }
        return new Answer(Integer.parseInt(lines[0].split(" ", 3)[1]), headers, body);
    }

    JsonNode json() {
        return JsonMapper.shared().readTree(body);
    }

    @Nullable String header(String name) {
        return headers.entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                .map(entry -> entry.getValue().getFirst())
                .findFirst()
                .orElse(null);
    }

    /** Asserts that this is a whole problem of that status and kind, and gives its fields. */
    JsonNode problem(int status, String kind) {
        assertThat(status()).as(body).isEqualTo(status);
        assertThat(header("Content-Type")).startsWith("application/problem+json");
        JsonNode problem = json();
        assertThat(problem.path("type").asString()).isEqualTo("/problems/" + kind);
        assertThat(problem.path("title").asString()).isNotBlank();
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("detail").asString()).isNotBlank();
        assertThat(problem.path("requestId").asString())
                .matches("[A-Za-z0-9._:-]{1,64}")
                .isEqualTo(header("X-Request-ID"));
        assertThat(Instant.parse(problem.path("timestamp").asString()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        return problem;
    }

    /** The pointers of a problem's errors, in order. */
    List<String> pointers() {
        var pointers = new ArrayList<String>();
        for (JsonNode error : json().path("errors")) {
            assertThat(error.path("detail").asString()).isNotBlank();
            pointers.add(error.path("pointer").asString());
        }
        return pointers;
    }
}
