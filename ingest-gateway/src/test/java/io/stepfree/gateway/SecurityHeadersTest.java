package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every answer tells a browser to make nothing of it, wherever in the server it is made. */
@ExtendWith(GatewayExtension.class)
final class SecurityHeadersTest {

    private static final Map<String, String> EXPECTED =
            Map.of(
                    "X-Content-Type-Options", "nosniff",
                    "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
                    "X-Frame-Options", "DENY",
                    "Referrer-Policy", "no-referrer",
                    "Cross-Origin-Resource-Policy", "same-origin");

    private final RunningGateway gateway;

    SecurityHeadersTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @ParameterizedTest
    @CsvSource({
        "200, GET, /api/scans",
        "200, GET, /health/detailed",
        "200, GET, /livez",
        "200, GET, /actuator/prometheus",
        "200, HEAD, /api/scans",
        "404, GET, /nothing/here",
        "404, GET, /error",
        "404, GET, /api/scans/01890a5d-ac96-774b-bcce-b302099a8057",
        "405, PUT, /api/scans",
        "405, TRACE, /api/scans",
        "415, POST, /api/scans",
        "400, GET, /api/scans?limit=0"
    })
    void anAnswer(int status, String method, String path) throws IOException {
        Answer answer =
                method.equals("TRACE")
                        ? gateway.sendRaw(
                                "TRACE %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                                        .formatted(path))
                        : gateway.send(
                                gateway.request(path)
                                        .method(method, HttpRequest.BodyPublishers.noBody()));

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        has(answer);
        assertThat(values(answer, "Cache-Control")).containsExactly("no-store");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/{scans} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /api/scans%2Fx HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "NONSENSE\r\n\r\n"
            })
    void whatNoFilterSees(String bytes) throws IOException {
        Answer answer = gateway.sendRaw(bytes);

        assertThat(answer.status()).isEqualTo(400);
        has(answer);
        assertThat(values(answer, "Cache-Control")).containsExactly("no-store");
    }

    @Test
    void aLiveStream() throws Exception {
        Answer made = gateway.post("/api/scans", "{\"url\": \"https://example.com/\"}");
        String path = "/api/scans/" + made.json().path("id").asString() + "/events";
        try (var reader = EventReader.open(gateway, path)) {
            assertThat(reader.status()).isEqualTo(200);
            EXPECTED.forEach((name, value) -> assertThat(reader.header(name)).isEqualTo(value));
            assertThat(reader.header("Cache-Control")).isEqualTo("no-store");
        }
    }

    @Test
    void onlyOverTlsABrowserIsToldToComeByTlsAlone() throws Exception {
        String forwarded =
                "GET /livez HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n";
        RunningGateway behindProxy = gateway.beside("--server.forward-headers-strategy=native");
        try {
            assertThat(behindProxy.sendRaw(forwarded).header("Strict-Transport-Security"))
                    .isEqualTo("max-age=31536000");
            assertThat(behindProxy.get("/livez").header("Strict-Transport-Security")).isNull();
        } finally {
            behindProxy.stopGateway();
        }
        assertThat(gateway.sendRaw(forwarded).header("Strict-Transport-Security")).isNull();
    }

    private static void has(Answer answer) {
        EXPECTED.forEach(
                (name, value) -> assertThat(values(answer, name)).as(name).containsExactly(value));
        assertThat(answer.header("Server")).isNull();
        assertThat(answer.header("X-Powered-By")).isNull();
    }

    private static List<String> values(Answer answer, String name) {
        return answer.headers().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .flatMap(header -> header.getValue().stream())
                .toList();
    }
}
