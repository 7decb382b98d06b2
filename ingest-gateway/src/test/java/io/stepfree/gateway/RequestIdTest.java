package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(GatewayExtension.class)
final class RequestIdTest {

    private final RunningGateway gateway;

    RequestIdTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "2c5ea4c0-4067-11e9-8bad-9b1deb4d3b7d", "A.b_c:d-9"})
    void aSaneIdIsKeptOnEveryAnswer(String id) {
        assertThat(with(id, "/api/scans").header("X-Request-ID")).isEqualTo(id);
        assertThat(with(id, "/livez").header("X-Request-ID")).isEqualTo(id);
        assertThat(with(id, "/nothing").problem(404, "not-found").path("requestId").asString())
                .isEqualTo(id);
    }

    @ParameterizedTest
    @MethodSource
    void insaneIds(String id) {
        String answered =
                with(id, "/nothing").problem(404, "not-found").path("requestId").asString();

        assertThat(answered).isNotEqualTo(id).matches("[0-9a-f-]{36}");
    }

    static String[] insaneIds() {
        return new String[] {
            "",
            "two words",
            "${jndi:ldap://x/a}",
            "<script>",
            "a".repeat(65),
            "a".repeat(4_000),
            "a,b",
            "caf\u00e9",
            "tab\there"
        };
    }

    @Test
    void escapeCodesAreNotTaken() throws IOException {
        Answer answer =
                gateway.sendRaw(
                        "GET /nothing HTTP/1.1\r\nHost: x\r\nX-Request-ID: \u001b[31mred\r\nConnection: close\r\n\r\n");

        assertThat(answer.body()).doesNotContain("\u001b", "[31m");
        assertThat(answer.header("X-Request-ID")).matches("[0-9a-f-]{36}");
    }

    @Test
    void withoutOneEachRequestGetsItsOwn() {
        String first = gateway.get("/livez").header("X-Request-ID");
        String second = gateway.get("/livez").header("X-Request-ID");

        assertThat(first).isNotBlank().isNotEqualTo(second);
    }

    @Test
    void theIdIsKeptWhenTheServerItselfRefuses() throws IOException {
        Answer answer =
                gateway.sendRaw(
                        "GET /api/scans%2Fx HTTP/1.1\r\nHost: x\r\nX-Request-ID: mine-1\r\nConnection: close\r\n\r\n");

        assertThat(answer.problem(400, "bad-request").path("requestId").asString())
                .isEqualTo("mine-1");
    }

    private Answer with(String id, String path) {
        return gateway.send(gateway.request(path).header("X-Request-ID", id).GET());
    }
}
