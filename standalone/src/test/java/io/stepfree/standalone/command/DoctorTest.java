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
import tools.jackson.databind.json.JsonMapper;

/**
 * What the doctor and the watch make of a gateway's account, here one that says what it is told.
 */
final class DoctorTest {

    private static final String DASHBOARD =
            """
            {"status": "%s", "at": "2026-01-01T12:00:00Z",
             "health": {"status": "healthy", "components": [
               {"name": "broker", "status": "healthy", "detail": "Kafka answers; brokers: 1."},
               {"name": "database", "status": "%s", "detail": "%s"}]},
             "queue": {"status": "healthy", "reasons": [], "waiting": 12, "active": 3, "delayed": 1,
               "completed": 40, "failed": 2, "cancelled": 0, "accepted": 58, "capacity": 4, "busy": 3,
               "oldestSeconds": 7.4, "stale": false},
             "browser": {"status": "healthy", "slots": 4, "busy": 3, "memoryBytes": 314572800,
               "workers": [], "stale": false},
             "safety": {"status": "healthy", "guards": [
               {"name": "ledger", "status": "healthy", "detail": "The books balance."}]},
             "alerts": [%s],
             "reliability": {"days": 7, "total": 50, "completed": 40, "failed": 2, "successRate": 0.9524,
               "averageScore": 81.2, "failureReasons": {"timeout": 2}, "asOf": "2026-01-01T12:00:00Z",
               "stale": false}}
            """;

    private static final String INCIDENT =
            """
            {"key": "scans-failing", "state": "fired", "severity": "error", "since": "2026-01-01T11:00:00Z",
             "at": "2026-01-01T11:00:00Z", "summary": "60 % of the attempts failed", "also": [],
             "action": "Open the pages\\u001b[31m that failed."}\
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private HttpServer gateway;
    private volatile String answer = "";

    @TempDir private Path folder;

    @BeforeEach
    void start() throws IOException {
        gateway =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        gateway.createContext(
                "/api/monitoring/dashboard",
                exchange -> {
                    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().add("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, body.length);
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
    void whereNothingIsWrongEveryCheckIsWellAndTheExitCodeIsZero() {
        answer = DASHBOARD.formatted("healthy", "healthy", "PostgreSQL answers.", "");
        assertThat(run("doctor", server())).isZero();
        assertThat(out.toString())
                .contains("ok    broker           Kafka answers; brokers: 1.")
                .contains("ok    queue            12 scans wait, 3 are with workers.")
                .contains("ok    incidents        None is open.")
                .doesNotContain("FAIL")
                .doesNotContain("warn");
    }

    @Test
    void whatIsWrongIsNamedWithItsCureAndTheWorstMakesTheExitCode() {
        answer = DASHBOARD.formatted("degraded", "degraded", "It is slow.", "");
        assertThat(run("doctor", server())).isEqualTo(1);
        assertThat(out.toString())
                .contains("warn  database         It is slow.")
                .contains("-> See that PostgreSQL runs");

        answer = DASHBOARD.formatted("critical", "critical", "It does not answer: refused.", "");
        assertThat(run("doctor", server())).isEqualTo(3);
        assertThat(out.toString()).contains("FAIL  database         It does not answer: refused.");
    }

    @Test
    void anIncidentIsNamedWithWhatToDo() {
        answer = DASHBOARD.formatted("healthy", "healthy", "PostgreSQL answers.", INCIDENT);
        assertThat(run("doctor", server())).isEqualTo(1);
        assertThat(out.toString())
                .contains("1 open; the most urgent is scans-failing: 60 % of the attempts failed")
                .contains("-> Open the pages")
                .as("nothing from outside moves the terminal")
                .doesNotContain("\u001b");
    }

    @Test
    void aReceiverOfAlertsThatRefusesIsNamedWithItsAnswerAndTheSettingToMend() {
        answer =
                DASHBOARD
                        .formatted("degraded", "healthy", "PostgreSQL answers.", "")
                        .replace(
                                "\"components\": [",
                                """
                                "components": [{"name": "alert-processor", "status": "degraded", "detail":
                                  "receivers: slack answered 404 no_service at 2026-01-01T11:00:00Z; see stepfree.alerts.slack.webhook."},\
                                """);
        assertThat(run("doctor", server())).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        "warn  alert-processor  receivers: slack answered 404 no_service at 2026-01-01T11:00:00Z; see stepfree.alerts.slack.webhook.")
                .contains("-> It runs; mend what it names.");
    }

    @Test
    void whatNobodyIsToldOfIsNamedAlthoughNoIncidentIsOpen() {
        answer =
                DASHBOARD
                        .formatted("healthy", "healthy", "PostgreSQL answers.", "")
                        .replace(
                                "\"alerts\": []",
                                """
                                "alerts": [], "silences": [{"alert": "*", "since": "2026-01-01T11:00:00Z",
                                  "until": "2026-01-01T13:00:00Z", "orderedBy": "ada", "reason": "a move"}]\
                                """);
        assertThat(run("doctor", server())).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        "warn  silences         Nobody is told of anything until 2026-01-01T13:00:00Z (ada: a move).")
                .contains("./stepfree alerts unsilence '*' ends it.");
    }

    @Test
    void asJsonItIsOneDocument() {
        answer = DASHBOARD.formatted("healthy", "healthy", "PostgreSQL answers.", "");
        assertThat(run("doctor", "--json", server())).isZero();
        assertThat(JsonMapper.shared().readTree(out.toString()).valueStream())
                .anySatisfy(check -> {
                    assertThat(check.path("name").asString()).isEqualTo("ledger");
                    assertThat(check.path("result").asString()).isEqualTo("WELL");
                });
    }

    @Test
    void aGatewayThatIsAwayIsAFindingAndNotAnAccident() {
        gateway.stop(0);
        assertThat(run("doctor", server())).isEqualTo(3);
        assertThat(out.toString()).contains("FAIL  gateway").contains("-> See that it runs");
        assertThat(run("doctor")).isEqualTo(3);
        assertThat(out.toString()).contains("-> Start one with ./stepfree up");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void theWatchPrintsALineEachTimeWhereNobodySeesATerminal() {
        answer = DASHBOARD.formatted("healthy", "healthy", "PostgreSQL answers.", "");
        assertThat(run("watch", "--every=1", "--times=2", server())).isZero();
        assertThat(out.toString().lines())
                .hasSize(2)
                .allMatch(
                        "2026-01-01T12:00:00Z healthy waiting=12 active=3 delayed=1 completed=40 failed=2 slots=3/4 alerts=0 silences=0"
                                ::equals);
    }

    @Test
    void theWatchRefreshesInPlaceOnATerminal() {
        answer = DASHBOARD.formatted("degraded", "degraded", "It is slow.", INCIDENT);
        assertThat(runOnTerminal("watch", "--times=1", server())).isZero();
        assertThat(out.toString())
                .startsWith("\u001b[H\u001b[J")
                .contains("12 waiting, 3 active, 1 to be tried again")
                .contains("has been waiting for 7 s")
                .contains("3 of 4 slots busy, browsers take 300 MB")
                .contains("50 scans, 95.2 % succeeded, average score 81")
                .contains("database: It is slow.")
                .contains("scans-failing: 60 % of the attempts failed");
    }

    @Test
    void theWatchSaysWhenTheGatewayIsAwayAndRefusesAWrongInterval() {
        gateway.stop(0);
        assertThat(run("watch", "--times=1", server())).isEqualTo(3);
        assertThat(out.toString()).contains(server().substring("--server=".length()));
        assertThat(run("watch", "--every=0", server())).isEqualTo(2);
        assertThat(err.toString()).contains("--every 0 is not between 1 and 3600");
    }

    private String server() {
        return "--server=http://127.0.0.1:" + gateway.getAddress().getPort();
    }

    private int run(String... arguments) {
        return run(false, arguments);
    }

    private int runOnTerminal(String... arguments) {
        return run(true, arguments);
    }

    private int run(boolean terminal, String... arguments) {
        var environment = Map.of(Home.VARIABLE, folder.resolve("home").toString(), "TERM", "xterm");
        var line =
                StepfreeCommand.in(new Surroundings(environment, terminal, folder))
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
