package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.gateway.audit.Unaudited;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Who changed what can be read by administrators, and only by them. */
@ExtendWith(KeyedGateway.Extension.class)
final class AuditTest {

    private final KeyedGateway gateway;

    AuditTest(KeyedGateway gateway) {
        this.gateway = gateway;
    }

    @Test
    void aKeyThatIsMadeAndRevokedIsTwoRows() {
        Answer made =
                gateway.as(
                        gateway.firstKey(),
                        "POST",
                        "/admin/keys",
                        "{\"name\": \"audited\", \"client\": \"acme\"}");
        String id = made.json().path("id").asString();
        Answer revoked = gateway.as(gateway.firstKey(), "DELETE", "/admin/keys/" + id, null);

        JsonNode making = row("action=" + encoded("POST /admin/keys"), made);
        assertThat(making.path("made").asString()).isEqualTo("/admin/keys/" + id);
        assertThat(making.path("caller").asString()).startsWith("first key (sf_test_");
        assertThat(making.path("client").asString()).isEqualTo("local");
        assertThat(making.path("outcome").asString()).isEqualTo("done");
        assertThat(making.path("status").asInt()).isEqualTo(201);
        JsonNode revoking = row("action=" + encoded("DELETE /admin/keys/{id}"), revoked);
        assertThat(revoking.path("target").asString()).isEqualTo("/admin/keys/" + id);
        assertThat(revoking.toString()).doesNotContain(made.json().path("key").asString());
    }

    @Test
    void whatAKeyMayNotDoIsARowOfItsClient() {
        String key = gateway.key("{\"name\": \"curious\", \"client\": \"curious\"}");

        Answer refused = gateway.as(key, "POST", "/admin/dlq/purge", "{}");

        JsonNode row = row("client=curious", refused);
        assertThat(row.path("action").asString()).isEqualTo("POST /admin/dlq/purge");
        assertThat(row.path("outcome").asString()).isEqualTo("refused");
        assertThat(row.path("caller").asString()).startsWith("curious (sf_test_");
    }

    @Test
    void submitsAreNotInItButCancelsAre() {
        String key = gateway.key("{\"name\": \"submits\", \"client\": \"submits\"}");
        Answer submitted =
                gateway.as(key, "POST", "/api/scans", "{\"url\": \"https://example.com/\"}");
        String path = "/api/scans/" + submitted.json().path("id").asString();

        Answer cancelled = gateway.as(key, "DELETE", path, null);

        assertThat(cancelled.status()).as(cancelled.body()).isEqualTo(202);
        assertThat(row("client=submits", cancelled).path("target").asString()).isEqualTo(path);
        assertThat(list("client=submits").path("items").size()).isEqualTo(1);
    }

    @Test
    void decisionsAndTakingThemBackAreInIt() {
        String key = gateway.key("{\"name\": \"decides\", \"client\": \"decides\"}");
        Answer decided =
                gateway.as(
                        key,
                        "PUT",
                        "/api/decisions",
                        "{\"decision\": \"assigned\", \"assignee\": \"ada@shop.example\", \"rule\": \"label\", \"host\": \"*.shop.example\", \"reason\": \"hers\"}");
        assertThat(decided.status()).as(decided.body()).isEqualTo(200);
        String path = "/api/decisions/" + decided.json().path("id").asString();
        Answer takenBack = gateway.as(key, "DELETE", path, null);

        JsonNode deciding = row("action=" + encoded("PUT /api/decisions"), decided);
        assertThat(deciding.path("made").asString()).isEqualTo(path);
        assertThat(deciding.path("caller").asString()).startsWith("decides (sf_test_");
        assertThat(deciding.toString()).doesNotContain("ada@shop.example");
        assertThat(
                        row("action=" + encoded("DELETE /api/decisions/{id}"), takenBack)
                                .path("target")
                                .asString())
                .isEqualTo(path);
    }

    @Test
    void pagesGoOnWhereTheOneBeforeEnded() {
        String key = gateway.key("{\"name\": \"pages\", \"client\": \"paged\"}");
        gateway.as(key, "POST", "/admin/keys", "{}");
        gateway.as(key, "POST", "/admin/dlq/purge", "{}");
        gateway.as(key, "POST", "/admin/alerts/test", "{}");
        Awaitility.await().until(() -> list("client=paged").path("items").size() == 3);

        JsonNode first = list("client=paged&limit=2");
        JsonNode second = list("client=paged&limit=2&cursor=" + first.path("next").asString());

        assertThat(first.path("items").size()).isEqualTo(2);
        assertThat(second.path("items").size()).isEqualTo(1);
        assertThat(second.has("next")).isFalse();
        assertThat(first.path("items").path(0).path("action").asString())
                .isEqualTo("POST /admin/alerts/test");
        assertThat(second.path("items").path(0).path("action").asString())
                .isEqualTo("POST /admin/keys");
    }

    @Test
    void aFilterThatCannotBeIsNamed() {
        for (String query : new String[] {"who=ann", "from=yesterday", "limit=0", "cursor=x"}) {
            gateway.as(gateway.firstKey(), "GET", "/admin/audit?" + query, null)
                    .problem(400, "invalid-fields");
        }
    }

    @Test
    void everyRouteThatChangesSomethingIsInItUnlessItSaysWhyNot() {
        Map<String, String> left =
                Routes.of(gateway.running()).stream()
                        .filter(Routes.Route::changes)
                        .filter(route -> route.handler().hasMethodAnnotation(Unaudited.class))
                        .collect(
                                Collectors.toMap(
                                        Routes.Route::toString,
                                        route ->
                                                String.valueOf(
                                                        route.handler()
                                                                .getMethodAnnotation(
                                                                        Unaudited.class))));

        assertThat(left).containsOnlyKeys("POST /api/scans");
    }

    /** The row of that answer, which comes a moment later. */
    private JsonNode row(String query, Answer answer) {
        String requestId = String.valueOf(answer.header("X-Request-ID"));
        var found = new AtomicReference<JsonNode>();
        Awaitility.await()
                .until(() -> {
                    list(query)
                            .path("items")
                            .valueStream()
                            .filter(row -> row.path("requestId").asString().equals(requestId))
                            .forEach(found::set);
                    return found.get() != null;
                });
        return Objects.requireNonNull(found.get());
    }

    private JsonNode list(String query) {
        Answer answer = gateway.as(gateway.firstKey(), "GET", "/admin/audit?" + query, null);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
