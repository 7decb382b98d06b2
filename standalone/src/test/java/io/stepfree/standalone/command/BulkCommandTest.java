package io.stepfree.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stepfree.standalone.machine.Home;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent of a file, what is said of the answer, and what the exit code is. */
final class BulkCommandTest {

    private static final String ALL_ACCEPTED =
            "{\"batch\": \"bulk-1\", \"accepted\": 2, \"refused\": 0, \"problems\": [], \"problemsLeftOut\": 0}";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final List<String> answers = new CopyOnWriteArrayList<>();
    private final List<String> batches = new CopyOnWriteArrayList<>();
    private Iterator<String> nextAnswer = List.<String>of().iterator();
    private Iterator<String> nextBatch = List.<String>of().iterator();
    private HttpServer gateway;

    @TempDir private Path folder;

    @BeforeEach
    void start() throws IOException {
        gateway =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        gateway.createContext("/api/scans/bulk", this::take);
        gateway.createContext("/api/batches", this::show);
        gateway.start();
    }

    @AfterEach
    void stop() {
        gateway.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(
                "%s %s %s"
                        .formatted(
                                exchange.getRequestURI(),
                                exchange.getRequestHeaders().getFirst("Content-Type"),
                                body));
        keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
        send(exchange, nextAnswer.next());
    }

    private void show(HttpExchange exchange) throws IOException {
        send(exchange, nextBatch.next());
    }

    /** An answer is its status and its body. */
    private static void send(HttpExchange exchange, String answer) throws IOException {
        byte[] body = answer.substring(4).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @ParameterizedTest
    @CsvSource({
        "pages.csv, text/csv",
        "pages.NDJSON, application/x-ndjson",
        "pages.jsonl, application/x-ndjson",
        "pages.json, application/json"
    })
    void aFileIsSentAsItIsInTheFormThatItsNameTells(String name, String mediaType)
            throws IOException {
        answers.add("202 " + ALL_ACCEPTED);

        assertThat(run(name, "whatever is in it")).isZero();

        assertThat(asked)
                .containsExactly("/api/scans/bulk %s whatever is in it".formatted(mediaType));
        assertThat(out.toString())
                .isEqualToIgnoringNewLines("Batch bulk-1: 2 accepted, 0 refused.");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void ofAnotherFileEachLineIsAnAddress() throws IOException {
        answers.add("202 " + ALL_ACCEPTED);

        assertThat(
                        run(
                                "pages.txt",
                                "\ufeffhttps://a.example/\r\n\n  https://b.example/?q=\"x\" \n"))
                .isZero();

        assertThat(asked)
                .containsExactly(
                        "/api/scans/bulk application/x-ndjson {\"url\":\"https://a.example/\"}\n{\"url\":\"https://b.example/?q=\\\"x\\\"\"}");
    }

    @Test
    void refusedRowsAreToldWithTheirReasons() throws IOException {
        answers.add(
                """
                202 {"batch": "bulk-1", "accepted": 1, "refused": 5, "problemsLeftOut": 2, "problems": [
                  {"row": 2, "url": "ftp://a/", "errors": [{"pointer": "/url", "value": "ftp://a/", "detail": "must be http"}]},
                  {"row": 3, "url": "https://b/\\u001b[2J", "errors": [
                    {"pointer": "/standard", "value": "wcag3", "detail": "must be one of wcag2a"},
                    {"pointer": "/colour", "detail": "is not known"}]},
                  {"row": 4, "errors": [{"pointer": "", "detail": "has 3 cells where the header has 2"}]}]}
                """);

        assertThat(run("pages.csv", "url\n")).isEqualTo(2);

        assertThat(err.toString().lines())
                .containsExactly(
                        "stepfree: row 2: ftp://a/ cannot be scanned: must be http.",
                        "stepfree: row 3: https://b/?[2J: /standard wcag3: must be one of wcag2a. /colour is not known.",
                        "stepfree: row 4: has 3 cells where the header has 2.",
                        "stepfree: and 2 more rows.");
        assertThat(out.toString())
                .isEqualToIgnoringNewLines("Batch bulk-1: 1 accepted, 5 refused.");
    }

    @Test
    void withoutAGoodRowThereIsNoBatch() throws IOException {
        answers.add(
                """
                400 {"title": "Some fields are wrong", "status": 400, "detail": "Nothing was accepted.", "accepted": 0,
                 "refused": 1, "problemsLeftOut": 0,
                 "problems": [{"row": 1, "url": "ftp://a/", "errors": [{"pointer": "/url", "value": "ftp://a/", "detail": "must be http"}]}]}
                """);

        assertThat(run("pages.csv", "url\nftp://a/\n", "--wait")).isEqualTo(2);

        assertThat(out.toString()).isEqualToIgnoringNewLines("No scan was accepted, 1 refused.");
    }

    @Test
    void whatIsWrongWithTheWholeFileIsOneSentence() throws IOException {
        answers.add(
                """
                400 {"title": "The body cannot be read", "status": 400, "detail": "The body is no CSV.",
                 "errors": [{"pointer": "", "detail": "The body is no CSV."}]}
                """);

        assertThat(run("pages.csv", "\"")).isEqualTo(2);

        assertThat(err.toString()).isEqualToIgnoringNewLines("stepfree: The body is no CSV.");
    }

    @Test
    void whatCouldNotBeTakenIsSentAgainUnderTheSameKey() throws IOException {
        answers.add(
                "503 {\"title\": \"The broker is not available\", \"status\": 503, \"detail\": \"Of 2 scans 1 was accepted.\"}");
        answers.add("202 " + ALL_ACCEPTED);

        assertThat(run("pages.csv", "url\n")).isZero();

        assertThat(keys).hasSize(2).doesNotContainNull();
        assertThat(keys.getFirst()).isEqualTo(keys.getLast());
        assertThat(err.toString())
                .contains("cannot do it now: Of 2 scans 1 was accepted. Trying again.");
    }

    @Test
    void aBatchIsWaitedForUntilAllThatCameToItHasEnded() throws IOException {
        batches.add(batch("ended", 5, 5, 0));
        answers.add("202 " + ALL_ACCEPTED.replace("bulk-1", "nightly"));
        batches.add(batch("ended", 5, 5, 0));
        batches.add(batch("open", 7, 5, 0));
        batches.add(batch("ended", 7, 7, 0));

        assertThat(run("pages.csv", "url\n", "--batch=nightly", "--wait")).isZero();

        assertThat(asked).singleElement().asString().startsWith("/api/scans/bulk?batch=nightly ");
        assertThat(err.toString().lines())
                .containsExactly("5 of 7 ended: 5 completed, 0 could not be scanned, 0 cancelled");
        assertThat(out.toString().lines())
                .containsExactly(
                        "Batch nightly: 2 accepted, 0 refused.",
                        "Batch nightly: 7 of 7 ended: 7 completed, 0 could not be scanned, 0 cancelled.");
    }

    @Test
    void whatCouldNotBeScannedIsToldByTheExitCode() throws IOException {
        answers.add("202 " + ALL_ACCEPTED);
        batches.add(
                "404 {\"title\": \"Not found\", \"status\": 404, \"detail\": \"There is no batch.\"}");
        batches.add(batch("ended", 2, 1, 1));

        assertThat(run("pages.csv", "url\n", "--wait")).isEqualTo(4);
    }

    @Test
    void aFileThatIsNotThereIsWrongUsage() {
        assertThat(execute("bulk", "none.csv", "--server=" + address())).isEqualTo(2);
        assertThat(err.toString()).startsWith("stepfree: none.csv is no file that can be read");
        assertThat(execute("bulk")).isEqualTo(2);
        assertThat(asked).isEmpty();
    }

    @Test
    void aServerThatIsNotThereIsNotTriedAgain() throws IOException {
        Files.writeString(folder.resolve("pages.csv"), "url\n");

        assertThat(execute("bulk", "pages.csv")).isEqualTo(3);
        assertThat(execute("bulk", "pages.csv", "--server=http://127.0.0.1:1")).isEqualTo(3);
        assertThat(err.toString()).contains("does not answer").doesNotContain("Trying again");
    }

    private static String batch(String status, int accepted, int completed, int died) {
        return """
        200 {"id": "nightly", "status": "%s", "accepted": %d, "waiting": 0, "running": 0, "retrying": 0,
         "completed": %d, "deadLettered": %d, "cancelled": 0}\
        """
                .formatted(status, accepted, completed, died);
    }

    private int run(String name, String content, String... more) throws IOException {
        Files.writeString(folder.resolve(name), content);
        nextAnswer = answers.iterator();
        nextBatch = batches.iterator();
        var arguments = new ArrayList<>(List.of("bulk", name, "--server=" + address()));
        arguments.addAll(Arrays.asList(more));
        return execute(arguments.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        return StepfreeCommand.in(
                        new Surroundings(
                                Map.of(Home.VARIABLE, folder.resolve("none").toString()),
                                false,
                                folder))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private String address() {
        return "http://127.0.0.1:" + gateway.getAddress().getPort();
    }
}
