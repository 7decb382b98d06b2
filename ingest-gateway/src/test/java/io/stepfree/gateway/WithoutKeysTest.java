package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As long as there is no key, whoever sits at the machine may do everything, and nobody else. */
@ExtendWith(GatewayExtension.class)
final class WithoutKeysTest {

    private final RunningGateway gateway;

    WithoutKeysTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @Test
    void aProgramOnThisMachineIsLetIn() {
        assertThat(gateway.get("/api/scans").status()).isEqualTo(200);
        assertThat(gateway.get("/admin/keys").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "Host: attacker.example, a name that was pointed here",
        "Host: 10.0.0.7, another machine's address",
        "Host: localhost|Origin: http://attacker.example, a page",
        "Host: localhost|X-Forwarded-For: 203.0.113.9, a proxy for somebody else",
        "Host: localhost|Forwarded: for=203.0.113.9, a proxy for somebody else",
        "Host: localhost|Via: 1.1 proxy, a proxy for somebody else"
    })
    void anythingElseIsNot(String headers, String what) throws IOException {
        Answer answer =
                gateway.sendRaw(
                        "GET /api/scans HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n"
                                .formatted(headers.replace("|", "\r\n")));

        assertThat(answer.problem(401, "unauthenticated").path("detail").asString())
                .as(what)
                .contains("only programs on this machine");
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
    }

    @Test
    void theFirstKeyHasToBeAbleToMakeTheNext() {
        for (String body :
                new String[] {
                    "{\"name\": \"ci\"}",
                    "{\"name\": \"ci\", \"scopes\": [\"admin\"], \"expiresInDays\": 30}"
                }) {
            Answer answer = gateway.post("/admin/keys", body);

            assertThat(answer.problem(409, "conflict").path("detail").asString())
                    .contains("needs the scope admin, and must not expire");
        }
        assertThat(gateway.get("/api/scans").status()).isEqualTo(200);
    }

    @Test
    void aKeyThatNobodyMadeIsRefusedAlsoHere() {
        Answer answer =
                gateway.send(
                        gateway.request("/api/scans")
                                .header("Authorization", "Bearer sf_live_x")
                                .GET());

        answer.problem(401, "unauthenticated");
    }
}
