package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.problem.ProblemType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The type of a problem leads to a page about it. */
@ExtendWith(GatewayExtension.class)
final class ProblemsTest {

    private final RunningGateway gateway;

    ProblemsTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @Test
    void theTypeOfAnErrorLeadsToAPageThatSaysWhatToDo() {
        Answer refused = gateway.post("/api/scans", "{\"url\": \"ftp://example.com/\"}");

        String type = refused.problem(400, "invalid-fields").path("type").asString();
        Answer page = gateway.get(type);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
        assertThat(page.header("Content-Security-Policy"))
                .startsWith("default-src 'none'; style-src 'sha256-");
        assertThat(page.header("X-Request-ID")).isNotBlank();
        assertThat(page.body())
                .startsWith("<!DOCTYPE html>\n<html lang=\"en\">")
                .contains("<title>Some fields are wrong – Stepfree</title>")
                .contains("<h1>Some fields are wrong</h1>")
                .contains("<dt>Status</dt><dd>400</dd>")
                .contains("<h2>What to do</h2>");
    }

    @ParameterizedTest
    @EnumSource
    void everyKindHasAPageAndIsListed(ProblemType type) {
        assertThat(type.uri().toString()).matches("/problems/[a-z]+(-[a-z]+)*");
        assertThat(gateway.get(type.uri().toString()).body())
                .contains("<h1>" + type.title() + "</h1>")
                .contains("<code>" + type.uri() + "</code>");
        assertThat(gateway.get("/problems").body())
                .contains("<a href=\"%s\">%s</a>".formatted(type.uri(), type.title()));
        assertThat(type.meaning()).endsWith(".");
        assertThat(type.cure()).endsWith(".");
    }

    @Test
    void aClientThatAsksForJsonSeesThePageToo() {
        Answer page =
                gateway.send(
                        gateway.request("/problems/not-found")
                                .header("Accept", "application/json"));

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).startsWith("text/html");
    }

    @Test
    void aKindThatThereIsNotIsNotFound() {
        for (String name : new String[] {"nothing", "INVALID_FIELDS", "%3Cscript%3E"}) {
            gateway.get("/problems/" + name).problem(404, "not-found");
        }
    }
}
