package io.stepfree.schemas.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stepfree.schemas.registry.RegistryEndpoint.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a healthy registry cannot be made to show: outages, missing rights, strangers at its
 * address. What a healthy one does is tested against a real one in platform.
 */
final class RegistryFailuresTest {

    private static final Schema SCHEMA = new Schema.Parser().parse("\"string\"");
    private static final Answer GOOD_SCHEMA = new Answer(200, "{\"schema\":\"\\\"string\\\"\"}");

    private record Answer(int status, String body) {}

    private final Queue<Answer> answers = new ArrayDeque<>();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch never = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        never.countDown();
        server.stop(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 429, 408})
    void aRegistryThatIsNotWellIsAskedAgain(int status) {
        answers.add(new Answer(status, "not well"));
        answers.add(new Answer(status, "not well"));
        answers.add(GOOD_SCHEMA);

        try (var client = client(3)) {
            assertThat(client.schema(7)).isEqualTo(SCHEMA);
        }
        assertThat(asked).hasSize(3).containsOnly("GET /registry/schemas/ids/7");
    }

    @Test
    void aRegistryThatStaysUnwellIsUnavailableAfterTheGrantedRetries() {
        for (int i = 0; i < 10; i++) {
            answers.add(new Answer(503, "{\"error_code\":50003,\"message\":\"no leader\"}"));
        }

        try (var client = client(2)) {
            assertThatThrownBy(() -> client.schema(7))
                    .isInstanceOf(RegistryException.Unavailable.class)
                    .hasMessageContaining("cannot read schema 7")
                    .hasMessageContaining(url().toString())
                    .hasMessageContaining("503")
                    .hasMessageContaining("no leader");
        }
        assertThat(asked).hasSize(3);
    }

    @Test
    void aRegistryThatDoesNotListenIsUnavailable() throws IOException {
        URI nobody;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }

        try (var client = new RegistryClient(endpoint(nobody, 1))) {
            assertThatThrownBy(() -> client.register("x-value", SCHEMA))
                    .isInstanceOf(RegistryException.Unavailable.class)
                    .hasMessageContaining("cannot register schema of x-value")
                    .hasMessageContaining("does not answer")
                    .hasMessageContaining(nobody.toString());
        }
    }

    @Test
    void aRegistryThatHangsIsUnavailableAfterTheTimeout() {
        answers.add(new Answer(-1, "never"));

        try (var client = client(0)) {
            assertThatThrownBy(() -> client.schema(7))
                    .isInstanceOf(RegistryException.Unavailable.class)
                    .hasMessageContaining("timed out");
        }
    }

    @Test
    void aSchemaThatTheRegistryDoesNotHaveIsUnknownAndNotAskedForAgainAtOnce() {
        answers.add(new Answer(404, "{\"error_code\":40403,\"message\":\"Schema 7 not found\"}"));

        try (var client = client(3)) {
            assertThatThrownBy(() -> client.schema(7))
                    .isInstanceOf(RegistryException.UnknownSchema.class)
                    .hasMessageContaining("Schema 7 not found");
        }
        assertThat(asked).hasSize(1);
    }

    @Test
    void aSchemaOfAnotherLanguageIsUnknown() {
        answers.add(
                new Answer(
                        200, "{\"schemaType\":\"JSON\",\"schema\":\"{\\\"properties\\\":{}}\"}"));

        try (var client = client(0)) {
            assertThatThrownBy(() -> client.schema(7))
                    .isInstanceOf(RegistryException.UnknownSchema.class)
                    .hasMessageContaining("schema 7")
                    .hasMessageContaining("is not Avro");
        }
    }

    // With any of these, no record may be taken for undecodable: it is not the record's fault.
    @ParameterizedTest
    @CsvSource({
        "401, Unauthorized",
        "403, Forbidden",
        "404, <html>no such page</html>",
        "404, {\"status\":404}"
    })
    void aStrangerOrMissingRightsAreARefusalAndNotAnUnknownSchema(int status, String body) {
        answers.add(new Answer(status, body));
        answers.add(new Answer(status, body));

        try (var client = client(3)) {
            assertThatThrownBy(() -> client.schema(7))
                    .isInstanceOf(RegistryException.Refused.class)
                    .hasMessageContaining("answered " + status)
                    .hasMessageContaining(body);
        }
        assertThat(asked)
                .containsExactly("GET /registry/schemas/ids/7", "GET /registry/schemas/types");
    }

    // A partition would stop for ever for one record whose schema is nobody's business of ours.
    @ParameterizedTest
    @CsvSource({
        "403, this subject is not yours",
        "400, no such id",
        "422, no such id",
        "200, not even JSON"
    })
    void aSchemaThatIsKeptFromUsByARegistryThatLetsUsInIsUnknown(int status, String body) {
        answers.add(new Answer(status, body));
        answers.add(new Answer(200, "[\"AVRO\",\"JSON\"]"));

        try (var client = client(3)) {
            assertThatThrownBy(() -> client.schema(7))
                    .isInstanceOf(RegistryException.UnknownSchema.class)
                    .hasMessageContaining("cannot read schema 7");
        }
    }

    @Test
    void aRegistryThatGoesAwayWhileItIsAskedWhetherItLetsUsInIsUnavailable() {
        answers.add(new Answer(403, "Forbidden"));
        answers.add(new Answer(503, "not well"));

        try (var client = client(0)) {
            assertThatThrownBy(() -> client.schema(7))
                    .isInstanceOf(RegistryException.Unavailable.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "409 | {\"error_code\":409,\"message\":\"incompatible with an earlier schema\"}",
                "422 | {\"error_code\":42201,\"message\":\"not Avro\"}"
            })
    void aRefusedSchemaSaysWhyAndIsNotSentAgain(int status, String body) {
        answers.add(new Answer(status, body));

        try (var client = client(3)) {
            assertThatThrownBy(() -> client.register("scan.events-value", SCHEMA))
                    .isInstanceOf(RegistryException.Refused.class)
                    .hasMessageContaining("cannot register schema of scan.events-value")
                    .hasMessageContaining(Integer.toString(status))
                    .hasMessageContaining(body);
        }
        assertThat(asked).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>Welcome to the guest network</html>",
                "",
                "{}",
                "[]",
                "{\"id\":\"x\"}"
            })
    void anAnswerThatIsNoRegistrysIsARefusal(String body) {
        answers.add(new Answer(200, body));

        try (var client = client(0)) {
            assertThatThrownBy(() -> client.register("x-value", SCHEMA))
                    .isInstanceOf(RegistryException.Refused.class)
                    .hasMessageContaining("is it a schema registry?");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>Welcome to the guest network</html>", "", "{}", "[]"})
    void aSchemaFromSomethingThatIsNoRegistryIsARefusalToo(String body) {
        answers.add(new Answer(200, body));
        answers.add(new Answer(200, body));

        try (var client = client(0)) {
            assertThatThrownBy(() -> client.schema(7))
                    .isInstanceOf(RegistryException.Refused.class)
                    .hasMessageContaining("is it a schema registry?");
        }
    }

    @Test
    void aLongErrorPageIsShortened() {
        answers.add(new Answer(400, "x".repeat(100_000)));

        try (var client = client(0)) {
            assertThatThrownBy(() -> client.register("x-value", SCHEMA))
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500).endsWith("…"));
        }
    }

    @Test
    void whatFailedIsNotRemembered() {
        answers.add(new Answer(503, "not well"));
        answers.add(GOOD_SCHEMA);

        try (var client = client(0)) {
            assertThatThrownBy(() -> client.schema(7))
                    .isInstanceOf(RegistryException.Unavailable.class);
            assertThat(client.schema(7)).isEqualTo(SCHEMA);
        }
    }

    @Test
    void theCredentialsGoAlongAsBasicAuthentication() {
        answers.add(GOOD_SCHEMA);
        var credentials = new Credentials("stepfree", "pässword:with colon");

        try (var client =
                new RegistryClient(
                        new RegistryEndpoint(
                                url(), Optional.of(credentials), Duration.ofSeconds(5), 0))) {
            client.schema(7);
        }

        String token =
                Base64.getEncoder().encodeToString("stepfree:pässword:with colon".getBytes(UTF_8));
        assertThat(asked).containsExactly("GET /registry/schemas/ids/7 Basic " + token);
    }

    @Test
    void thePasswordIsNotPrinted() {
        assertThat(
                        new RegistryEndpoint(
                                        url(),
                                        Optional.of(new Credentials("stepfree", "secret")),
                                        Duration.ofSeconds(5),
                                        0)
                                .toString())
                .contains("stepfree")
                .doesNotContain("secret");
    }

    @Test
    void aNegativeNumberOfRetriesIsRefused() {
        assertThatThrownBy(() -> endpoint(url(), -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("retries -1");
    }

    private RegistryClient client(int retries) {
        return new RegistryClient(endpoint(url(), retries));
    }

    private static RegistryEndpoint endpoint(URI url, int retries) {
        return new RegistryEndpoint(url, Optional.empty(), Duration.ofMillis(1_500), retries);
    }

    private URI url() {
        return URI.create("http://127.0.0.1:%d/registry".formatted(server.getAddress().getPort()));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            asked.add(
                    "%s %s%s"
                            .formatted(
                                    exchange.getRequestMethod(),
                                    exchange.getRequestURI(),
                                    authorization == null ? "" : " " + authorization));
            Answer answer = answers.remove();
            if (answer.status() < 0) {
                never.await(30, TimeUnit.SECONDS);
                return;
            }
            byte[] body = answer.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
