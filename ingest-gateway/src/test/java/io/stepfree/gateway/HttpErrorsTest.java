package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Every error is a problem, also those that arise before or beside the controllers. */
@ExtendWith(GatewayExtension.class)
final class HttpErrorsTest {

    private final RunningGateway gateway;

    HttpErrorsTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/nothing/here",
                "/api",
                "/api/scans/",
                "/error",
                "/favicon.ico",
                "/actuator/nothing",
                "/api/scans/01890a5d-ac96-774b-bcce-b302099a8057",
                "/api/scans/01890a5d-ac96-774b-bcce-b302099a8057/report",
                "/api/scans/not-an-id",
                "/api/scans/1-1-1-1-1",
                "/admin/dlq/jobs/01890a5d-ac96-774b-bcce-b302099a8057",
                "/admin/dlq/jobs/not-an-id"
            })
    void whatIsNotThereIsNotFound(String path) {
        JsonNode problem = gateway.get(path).problem(404, "not-found");

        assertThat(problem.path("instance").asString()).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /api/scans",
        "PATCH, /api/scans",
        "DELETE, /api/scans",
        "POST, /api/scans/01890a5d-ac96-774b-bcce-b302099a8057",
        "GET, /admin/dlq/retry/01890a5d-ac96-774b-bcce-b302099a8057",
        "BREW, /api/scans",
        "DELETE, /admin/dlq/jobs"
    })
    void anotherMethodIsNotAllowed(String method, String path) {
        Answer answer =
                gateway.send(
                        gateway.request(path).method(method, HttpRequest.BodyPublishers.noBody()));

        answer.problem(405, "method-not-allowed");
        assertThat(answer.header("Allow")).isNotBlank();
    }

    @Test
    void anAcceptHeaderThatFitsNothingIsAnsweredWithAProblemAllTheSame() {
        gateway.send(gateway.request("/api/scans").header("Accept", "text/html").GET())
                .problem(406, "not-acceptable");
        gateway.send(gateway.request("/nothing/here").header("Accept", "text/html").GET())
                .problem(404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "501", "-1", "ten", "1e2", ""})
    void aLimitOutOfRangeIsNamed(String limit) {
        for (String path :
                new String[] {"/api/scans", "/admin/dlq/jobs", "/admin/dlq/unreadable"}) {
            JsonNode problem = gateway.get(path + "?limit=" + limit).problem(400, "invalid-fields");

            JsonNode error = problem.path("errors").path(0);
            assertThat(error.path("parameter").asString()).isEqualTo("limit");
            assertThat(error.path("value").asString()).isEqualTo(limit);
            assertThat(error.path("detail").asString()).contains("1 to 500");
        }
    }

    @Test
    void anUnknownFailureTypeIsNamed() {
        JsonNode problem =
                gateway.get("/admin/dlq/jobs?type=boredom").problem(400, "invalid-fields");

        assertThat(problem.path("errors").path(0).path("parameter").asString()).isEqualTo("type");
        assertThat(problem.path("errors").path(0).path("detail").asString()).contains("timeout");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/{scans} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /api/scans%2Fx HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /api/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /api/scans HTTP/1.1\r\nConnection: close\r\n\r\n",
                "GET /api/scans HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n",
                "NONSENSE\r\n\r\n",
                "POST /api/scans HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: -5\r\nConnection: close\r\n\r\n",
                "POST /api/scans HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nnot-a-size\r\n"
            })
    void whatIsNotProperHttpIsABadRequest(String bytes) throws IOException {
        gateway.sendRaw(bytes).problem(400, "bad-request");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/scans%2Fx, '%2F, an encoded slash or backslash'",
        "/api/scans/..%2f..%2fetc%2fpasswd, '%2F, an encoded slash or backslash'",
        "/api/batches/a%5cb, '%5C, an encoded slash or backslash'",
        "/api/batches/50%, 'a % that two hexadecimal digits do not follow. Write %25'"
    })
    void aPathThatCannotBeReadIsRefusedWithWhatIsWrongInItAndTheCure(String path, String wrong)
            throws IOException {
        JsonNode problem =
                gateway.sendRaw(
                                "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                                        .formatted(path))
                        .problem(400, "bad-request");

        assertThat(problem.path("detail").asString()).startsWith("The path has " + wrong);
        assertThat(problem.path("instance").asString()).isEqualTo(path);
    }

    /** What has no kind of its own keeps its status. */
    @ParameterizedTest
    @CsvSource({
        "GET /api/scans HTTP/9.9, 505, not-implemented",
        "GET /api/scans HTTP/1.1|X Bad: 1, 400, bad-request",
        "GET /api/scans HTTP/1.1|: none, 400, bad-request",
        "POST /api/scans HTTP/1.1|Expect: nonsense, 417, refused",
        "GET /api/scans?q=%zz HTTP/1.1, 400, bad-request",
        "GET /api/scans?{} HTTP/1.1, 400, bad-request",
        "GET http://[/api/scans HTTP/1.1, 400, bad-request",
        "GET //api//scans HTTP/1.1, 404, not-found",
        "GET /api/../../etc/passwd HTTP/1.1, 400, bad-request",
        "POST /api/scans HTTP/1.1|Content-Length: 1|Content-Length: 2, 400, bad-request",
        "POST /api/scans HTTP/1.1|Content-Length: 99999999999999999999, 400, bad-request",
        "POST /api/scans/bulk HTTP/1.1|Content-Type: text/csv|Content-Length: -1, 400, bad-request"
    })
    void whateverIsRefusedIsAProblem(String lines, int status, String kind) throws IOException {
        gateway.sendRaw(
                        "%s\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                .formatted(lines.replace("|", "\r\n")))
                .problem(status, kind);
    }

    @Test
    void anAddressThatIsTooLongIsRefused() throws IOException {
        Answer answer =
                gateway.sendRaw(
                        "GET /api/scans?q=%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                                .formatted("a".repeat(20_000)));

        assertThat(answer.status()).isIn(400, 414, 431);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    }

    @Test
    void aBodyOfManyThatIsBadlyFramedIsAProblem() throws IOException {
        gateway.sendRaw(
                        "POST /api/scans/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\n"
                                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nurl\r\nnot-a-size\r\n")
                .problem(400, "bad-request");
    }

    @Test
    void headersThatAreTooLargeAreRefused() throws IOException {
        Answer answer =
                gateway.sendRaw(
                        "GET /api/scans HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: %s\r\n\r\n"
                                .formatted("a".repeat(20_000)));

        assertThat(answer.status()).isIn(400, 431);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    }

    @Test
    void tracingIsNotAllowed() throws IOException {
        gateway.sendRaw("TRACE /api/scans HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .problem(405, "method-not-allowed");
    }

    @Test
    void anUnknownTransferEncodingIsNotImplemented() throws IOException {
        gateway.sendRaw(
                        "POST /api/scans HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: zip\r\nConnection: close\r\n\r\n")
                .problem(501, "not-implemented");
    }
}
