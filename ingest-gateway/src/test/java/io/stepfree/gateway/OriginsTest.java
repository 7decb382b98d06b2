package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.gateway.access.ApiKey;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pages of the listed origins may read answers, and no others. */
@ExtendWith(GatewayExtension.class)
final class OriginsTest {

    private static final String LISTED = "https://console.shop.example";
    private static RunningGateway gateway;

    @BeforeAll
    static void start(RunningGateway shared) {
        gateway =
                shared.beside(
                        "--stepfree.gateway.cors.origins=%s,http://localhost:3000"
                                .formatted(LISTED),
                        // Whoever comes from a page is no program of this machine.
                        "--stepfree.gateway.access.first-key=" + ApiKey.create("test").secret());
    }

    @AfterAll
    static void stop() {
        gateway.stopGateway();
    }

    @Test
    void aPreflightOfAListedOriginNeedsNoKey() throws IOException {
        Answer answer = preflight(gateway, LISTED, "DELETE", "authorization,idempotency-key");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(LISTED);
        assertThat(answer.header("Access-Control-Allow-Methods")).contains("DELETE");
        assertThat(answer.header("Access-Control-Allow-Headers"))
                .containsIgnoringCase("authorization");
        assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("3600");
        assertThat(answer.header("Access-Control-Allow-Credentials")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "https://console.shop.example.evil.example, GET, authorization",
        "http://console.shop.example, GET, authorization",
        "null, GET, authorization",
        "https://console.shop.example, BREW, authorization",
        "https://console.shop.example, GET, x-forwarded-for"
    })
    void anyOtherPreflightIsRefused(String origin, String method, String header)
            throws IOException {
        Answer answer = preflight(gateway, origin, method, header);

        answer.problem(403, "forbidden");
        assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
    }

    @Test
    void anAnswerShowsItselfToAListedOriginAlsoWhenItIsAnError() throws IOException {
        Answer answer = get(gateway, LISTED);

        answer.problem(401, "unauthenticated");
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(LISTED);
        assertThat(answer.header("Access-Control-Expose-Headers"))
                .contains(
                        "Content-Disposition",
                        "ETag",
                        "Location",
                        "RateLimit",
                        "RateLimit-Policy",
                        "Retry-After",
                        "X-Request-ID");
        assertThat(answer.header("Access-Control-Allow-Credentials")).isNull();
    }

    @Test
    void anAnswerDoesNotShowItselfToAnotherOrigin() throws IOException {
        Answer answer = get(gateway, "https://evil.example");

        answer.problem(401, "unauthenticated");
        assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
        assertThat(answer.header("Vary")).containsIgnoringCase("origin");
    }

    @Test
    void byDefaultThereIsNoOrigin(RunningGateway shared) throws IOException {
        assertThat(preflight(shared, LISTED, "GET", "authorization").status()).isNotEqualTo(200);
        assertThat(get(shared, LISTED).header("Access-Control-Allow-Origin")).isNull();
    }

    @Test
    void everybodyIsNoOrigin(RunningGateway shared) {
        assertThatThrownBy(() -> shared.beside("--stepfree.gateway.cors.origins=*").stopGateway())
                .rootCause()
                .hasMessageContaining("stepfree.gateway.cors.origins has '*'");
    }

    private static Answer preflight(
            RunningGateway gateway, String origin, String method, String headers)
            throws IOException {
        return gateway.sendRaw(
                """
                OPTIONS /api/scans HTTP/1.1\r
                Host: localhost\r
                Origin: %s\r
                Access-Control-Request-Method: %s\r
                Access-Control-Request-Headers: %s\r
                Connection: close\r
                \r
                """
                        .formatted(origin, method, headers));
    }

    private static Answer get(RunningGateway gateway, String origin) throws IOException {
        return gateway.sendRaw(
                "GET /api/scans HTTP/1.1\r\nHost: localhost\r\nOrigin: %s\r\nConnection: close\r\n\r\n"
                        .formatted(origin));
    }
}
