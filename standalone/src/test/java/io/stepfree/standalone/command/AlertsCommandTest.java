package io.stepfree.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.stepfree.standalone.machine.Home;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a test of the alerts, by a gateway that only knows that it was ordered. */
final class AlertsCommandTest {

    private final StringWriter out = new StringWriter();
    private HttpServer gateway;
    private volatile String receivers = "";

    @TempDir private Path folder;

    @BeforeEach
    void start() throws IOException {
        gateway =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        gateway.createContext(
                "/admin/alerts/test",
                exchange -> {
                    byte[] body =
                            "{\"commandId\": \"1\", \"alert\": \"test/1\", \"receivers\": %s}"
                                    .formatted(receivers)
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().add("Content-Type", "application/json");
                    exchange.sendResponseHeaders(202, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        gateway.start();
    }

    @AfterEach
    void stop() {
        gateway.stop(0);
    }

    @Test
    void aTestIsSaidToBeOrderedAndNotToHaveBeenTold() {
        assertThat(test("[\"email\", \"slack\"]"))
                .isEqualTo(
                        "Ordered: test/1. To be told that it begins and that it ends: email, slack. Whoever refuses it is named by ./stepfree doctor.");
        assertThat(test("[]")).startsWith("Ordered: test/1. But there is nobody to be told");
        assertThat(test("null")).startsWith("Ordered: test/1. No alert-processor was heard of");
    }

    private String test(String answered) {
        receivers = answered;
        out.getBuffer().setLength(0);
        var environment = Map.of(Home.VARIABLE, folder.resolve("home").toString());
        int code =
                StepfreeCommand.in(new Surroundings(environment, false, folder))
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(out, true))
                        .execute(
                                "alerts",
                                "test",
                                "--server=http://127.0.0.1:" + gateway.getAddress().getPort());
        assertThat(code).isZero();
        return out.toString().strip();
    }
}
