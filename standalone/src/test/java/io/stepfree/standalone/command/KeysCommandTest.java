package io.stepfree.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stepfree.gateway.access.ApiKey;
import io.stepfree.standalone.machine.Home;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent to a gateway, with whose key, and what is said of its answer. */
final class KeysCommandTest {

    private static final String ROW =
            """
            "id": "01890a5d-ac96-774b-bcce-b302099a8001", "prefix": "sf_live_Ab3d", "name": "ci", "client": "acme",
            "scopes": ["submit", "read"], "plan": "standard", "createdBy": "first key",
            "createdAt": "2026-11-01T10:00:00Z"\
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer gateway;

    @TempDir private Path folder;

    @BeforeEach
    void start() throws IOException {
        gateway =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        gateway.createContext("/admin/keys", this::answer);
        gateway.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.add(
                "%s %s %s %s"
                        .formatted(
                                exchange.getRequestMethod(),
                                exchange.getRequestURI(),
                                exchange.getRequestHeaders().getFirst("Authorization"),
                                new String(
                                        exchange.getRequestBody().readAllBytes(),
                                        StandardCharsets.UTF_8)));
        String body =
                switch (exchange.getRequestMethod()) {
                    case "POST" -> "{\"key\": \"sf_live_secret\", " + ROW + "}";
                    case "GET" -> "{\"items\": [{" + ROW + "}]}";
                    default -> "{" + ROW + ", \"revokedAt\": \"2026-11-02T10:00:00Z\"}";
                };
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @AfterEach
    void stop() {
        gateway.stop(0);
    }

    @Test
    void aKeyIsMadeAsAskedAndShown() {
        int code =
                run(
                        Map.of("STEPFREE_API_KEY", "sf_live_mine"),
                        "create",
                        "ci",
                        "--client=acme",
                        "--scopes=submit,read",
                        "--days=90",
                        "--server=" + address());

        assertThat(code).as(err.toString()).isZero();
        assertThat(asked)
                .containsExactly(
                        "POST /admin/keys Bearer sf_live_mine {\"name\":\"ci\",\"client\":\"acme\",\"scopes\":[\"submit\",\"read\"],\"expiresInDays\":90}");
        assertThat(out.toString())
                .startsWith("sf_live_secret\n\nThis is shown once and kept nowhere.")
                .contains("It is of client acme and may submit, read;")
                .contains("./stepfree keys revoke 01890a5d-ac96-774b-bcce-b302099a8001");
    }

    @Test
    void keysAreListedWithoutTheKeysThemselves() {
        assertThat(run(Map.of(), "list", "--server=" + address())).isZero();

        assertThat(out.toString())
                .isEqualTo(
                        "01890a5d-ac96-774b-bcce-b302099a8001  sf_live_Ab3d…  ci of acme (submit, read, plan standard): live, never used\n");
    }

    @Test
    void aKeyIsRevoked() {
        assertThat(run(Map.of(), "revoke", "01890a5d", "--server=" + address())).isZero();

        assertThat(asked).containsExactly("DELETE /admin/keys/01890a5d null ");
        assertThat(out.toString()).startsWith("sf_live_Ab3d… (ci of acme) is revoked;");
    }

    @Test
    void theKeyOfThisMachineIsSentToNobodyElse() throws IOException {
        var home = new Home(folder.resolve("home"));
        Files.createDirectories(home.folder());
        Files.writeString(home.keyFile(), "sf_local_ours");
        var environment = Map.of(Home.VARIABLE, home.folder().toString());

        run(environment, "list", "--server=" + address());
        note(home, gateway.getAddress().getPort() + 1);
        run(environment, "list", "--server=" + address());
        note(home, gateway.getAddress().getPort());
        run(environment, "list", "--server=" + address());

        assertThat(asked)
                .containsExactly(
                        "GET /admin/keys?limit=50 null ",
                        "GET /admin/keys?limit=50 null ",
                        "GET /admin/keys?limit=50 Bearer sf_local_ours ");
    }

    private static void note(Home home, int port) throws IOException {
        Files.writeString(
                home.folder().resolve("run.json"),
                """
                {"process": 1, "startedAt": "2026-11-01T10:00:00Z", "gateway": "http://127.0.0.1:%d", "kafka": "",
                 "registry": "http://127.0.0.1:1", "database": "", "children": {}}
                """
                        .formatted(port));
    }

    @Test
    void aKeyForAConfigurationIsGeneratedWithoutAskingAnybody() {
        assertThat(run(Map.of(), "generate", "--environment=prod")).isZero();

        assertThat(ApiKey.read(out.toString().strip())).isPresent();
        assertThat(out.toString()).startsWith("sf_prod_");
        assertThat(run(Map.of(), "generate", "--environment=Prod")).isEqualTo(2);
        assertThat(err.toString()).contains("--environment: 'Prod' is no environment");
    }

    private int run(Map<String, String> environment, String... arguments) {
        var all = new String[arguments.length + 1];
        all[0] = "keys";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        var whole = new HashMap<>(environment);
        whole.putIfAbsent(Home.VARIABLE, folder.resolve("none").toString());
        return StepfreeCommand.in(new Surroundings(whole, false, folder))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
    }

    private String address() {
        return "http://127.0.0.1:" + gateway.getAddress().getPort();
    }
}
