package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.stepfree.gateway.access.Caller;
import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.schemas.scan.Validity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The reports of scans and batches in every format. */
@ExtendWith(GatewayExtension.class)
final class ReportsTest {

    private final RunningGateway gateway;
    private final String batch = "batch-" + UUID.randomUUID();

    ReportsTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @ParameterizedTest
    @CsvSource({
        "html,   text/html,              inline,     <!DOCTYPE html>",
        "json,   application/json,       attachment, {",
        "ndjson, application/x-ndjson,   attachment, {\"kind\":\"page\"",
        "csv,    text/csv,               attachment, kind",
        "sarif,  application/sarif+json, attachment, {\"$schema\"",
        "xml,    application/xml,        attachment, <?xml",
        "earl,   application/ld+json,    attachment, {\"@context\"",
        "prom,   text/plain,             attachment, # HELP",
        "openacr, application/yaml,      attachment, title:",
        "pdf,    application/pdf,        attachment, %PDF-"
    })
    void aScanHasAReportInEachFormat(String format, String type, String shown, String beginning) {
        String id = scan("local", "completed", 53);

        Answer answer = gateway.get(report(id, format));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith(type);
        assertThat(answer.header("Content-Disposition"))
                .isEqualTo(
                        "%s; filename=\"stepfree-scan-%s.%s\""
                                .formatted(
                                        shown,
                                        id,
                                        format.equals("openacr") ? "openacr.yaml" : format));
        assertThat(answer.header("Cache-Control")).contains("private");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.body()).startsWith(beginning);
    }

    @Test
    void theJsonOfAScanIsTheDocumentAsItWasStored() {
        String id = scan("local", "completed", 53);

        assertThat(gateway.get(report(id, "json")).body())
                .isEqualTo(gateway.get("/api/scans/%s/result".formatted(id)).body());
    }

    @Test
    void thePageLetsInWhatItSaysItselfAndNoMore() {
        Answer answer = gateway.get(report(scan("local", "completed", 53), "html"));

        assertThat(answer.header("Content-Security-Policy"))
                .startsWith("default-src 'none'; style-src 'sha256-")
                .endsWith("form-action 'none'; frame-ancestors 'none'")
                .doesNotContain("unsafe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"html", "json", "csv", "sarif", "xml"})
    void whatIsKnownIsNotSentAgainAndTheSameHasTheSameTagEverywhere(String format) {
        String id = scan("local", "completed", 53);
        String tag = Objects.requireNonNull(gateway.get(report(id, format)).header("ETag"));

        assertThat(tag).matches("\"[0-9a-f]{32}\"");
        assertThat(gateway.get(report(id, format)).header("ETag")).isEqualTo(tag);
        Answer same =
                gateway.send(
                        gateway.request(report(id, format)).header("If-None-Match", tag).GET());
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(gateway.get(report(id, "ndjson")).header("ETag")).isNotEqualTo(tag);
    }

    @Test
    void thePageOfAScanSaysWhatHasChangedAndWhatWasDecidedAndItsTagFollows() {
        String id = scan("local", "completed", 53);
        assertThat(gateway.get(report(id, "html")).body())
                .contains("nothing here is called new or fixed");
        String json = Objects.requireNonNull(gateway.get(report(id, "json")).header("ETag"));
        compared(id, null, 0, 0);
        Answer first = gateway.get(report(id, "html"));
        assertThat(first.body()).contains("This is the first look at this page");

        // A scan of before comes late.
        String earlier = UUID.randomUUID().toString();
        compared(id, earlier, 1, 2);
        Answer late = changed(report(id, "html"), first);
        assertThat(late.body())
                .contains(
                        "1 finding is new, 2 are fixed; 1 was there before.",
                        "href=\"../%s/report.html\"".formatted(earlier))
                .contains("<strong class=\"state\">New</strong>")
                .doesNotContain("Accepted");

        String decision =
                Objects.requireNonNull(
                        gateway.put(
                                        "/api/decisions",
                                        "{\"decision\": \"accepted\", \"reason\": \"<b>soon</b>\", \"until\": \"2999-01-31T00:00:00Z\", \"fingerprint\": \"%s\"}"
                                                .formatted(id.replace("-", "")))
                                .header("Location"));
        Answer decided = changed(report(id, "html"), late);
        assertThat(decided.body())
                .contains(
                        "1 occurrence is decided: 1 accepted.",
                        "&lt;b&gt;soon&lt;/b&gt;",
                        "31 January 2999");
        // What was decided is in no report, and its receipt goes on fitting.
        assertThat(gateway.get(report(id, "json")).header("ETag")).isEqualTo(json);
        assertThat(gateway.delete(decision).status()).isEqualTo(204);
        assertThat(gateway.get(report(id, "html")).header("ETag")).isEqualTo(late.header("ETag"));
    }

    @Test
    void thePageOfABatchSumsUpWhatHasChanged() {
        batch("ended");
        String known = inBatch(scan("local", "completed", 53), 0);
        String fresh = inBatch(scan("local", "completed", 53), 1);
        compared(known, UUID.randomUUID().toString(), 1, 2);
        compared(fresh, null, 0, 0);
        String csv = Objects.requireNonNull(gateway.get(batchReport("csv")).header("ETag"));

        Answer page = gateway.get(batchReport("html"));
        assertThat(page.body())
                .contains(
                        "1 finding is new and 2 are fixed on the 1 page that was compared with an earlier scan; 1 was there before.",
                        "1 page was looked at for the first time.")
                .contains("first look");
        var _ =
                gateway.put(
                        "/api/decisions",
                        "{\"decision\": \"ignored\", \"reason\": \"a logo\", \"fingerprint\": \"%s\"}"
                                .formatted(known.replace("-", "")));
        Answer decided = changed(batchReport("html"), page);
        assertThat(decided.body()).contains("1 occurrence is decided: 1 ignored.");
        compared(fresh, known, 3, 4);
        assertThat(changed(batchReport("html"), decided).body())
                .contains("4 findings are new and 6 are fixed on the 2 pages");
        assertThat(gateway.get(batchReport("csv")).header("ETag")).isEqualTo(csv);
    }

    @Test
    void whileWhatIsLaidOverIsComparedNoConnectionIsHeld() {
        batch("ended");
        String id = inBatch(scan("local", "completed", 53), 0);
        compared(id, UUID.randomUUID().toString(), 1, 0);
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.finding_view
                                SELECT (jsonb_populate_record(one, jsonb_build_object('place', more, 'fingerprint', more))).*
                                  FROM reports.finding_view AS one, generate_series(2, 5) AS more
                                 WHERE scan_id = ? AND place = 0
                                """,
                                id));
        SlowComparison.prepare(gateway);
        try {
            for (String path : List.of(report(id, "html"), batchReport("html"))) {
                var comparing = SlowComparison.of(gateway, path);
                assertThat(comparing.answer().status()).isEqualTo(200);
                comparing.heldNoConnection();
            }
        } finally {
            gateway.jdbi().useHandle(handle -> handle.execute("TRUNCATE gateway.decisions"));
        }
    }

    /** What is told now, which has another tag than what was told before. */
    private Answer changed(String path, Answer before) {
        Answer after =
                gateway.send(
                        gateway.request(path)
                                .header(
                                        "If-None-Match",
                                        Objects.requireNonNull(before.header("ETag")))
                                .GET());
        assertThat(after.status()).as(after.body()).isEqualTo(200);
        return after;
    }

    /** As report-builder tells it; the first of the findings is new. */
    private void compared(String id, @Nullable String previous, int newOnes, int fixed) {
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute("DELETE FROM reports.comparison_view WHERE scan_id = ?", id);
                    handle.execute("DELETE FROM reports.finding_view WHERE scan_id = ?", id);
                    handle.execute(
                            """
                            INSERT INTO reports.comparison_view (scan_id, client, completed_at, engine, whole, previous_scan_id,
                                   found, new, fixed, persisting)
                            VALUES (?, 'local', now(), 'axe-core 4.14.1', true, ?, 2, ?, ?, ?)
                            """,
                            id,
                            previous,
                            newOnes,
                            fixed,
                            previous == null ? 0 : 1);
                    handle.execute(
                            """
                            INSERT INTO reports.finding_view (scan_id, place, completed_at, client, host, url, rule, criteria,
                                   impact, kind, fingerprint, target, html, state)
                            SELECT scan_id, place, completed_at, client, 'shop.example', '', 'image-alt', '{}', 'critical', 'violation',
                                   CASE WHEN place = 1 THEN replace(scan_id, '-', '') END, '{img}', '', CASE WHEN place = 1 THEN ? END
                              FROM reports.comparison_view, generate_series(0, 1) AS place
                             WHERE scan_id = ?
                            """,
                            previous == null ? null : "new",
                            id);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"docx", "HTML", "jsonx", "exe", "json.html", "%2e%2e", "x%22%0d%0ay"})
    void aFormatThatThereIsNotSaysWhichThereAre(String format) {
        String id = scan("local", "completed", 53);

        Answer answer = gateway.get(report(id, format));

        assertThat(answer.problem(404, "not-found").path("detail").asString())
                .contains("report.html, report.json, report.ndjson, report.csv, report.sarif");
        assertThat(answer.header("Content-Disposition")).as("a file to save").isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"html", "csv", "pdf"})
    void aParameterThatNobodyReadsIsRefused(String format) {
        batch("ended");
        for (String path :
                List.of(report(scan("local", "completed", 53), format), batchReport(format))) {
            JsonNode problem = gateway.get(path + "?lang=de").problem(400, "invalid-fields");
            assertThat(problem.at("/errors/0/parameter").asString()).isEqualTo("lang");
            assertThat(problem.at("/errors/0/detail").asString())
                    .isEqualTo("is not known; there are no parameters here");
        }
    }

    @Test
    void thePageOfAScanSaysThatASecondLookIsToComeOrWasMissedAndItsTagFollows() {
        String id = scan("local", "completed", 53);
        compared(id, UUID.randomUUID().toString(), 1, 0);
        Answer none = gateway.get(report(id, "html"));
        assertThat(none.body()).doesNotContain("second look");

        String again = scan("local", "dispatched", null);
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "INSERT INTO reports.second_look_view VALUES (?, 'local', true, ?, NULL, NULL)",
                                id,
                                again));
        Answer ordered = changed(report(id, "html"), none);
        assertThat(ordered.body())
                .contains("A second look at the page is ordered and not made yet");

        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute(
                            "UPDATE reports.second_look_view SET is_over = true WHERE scan_id = ?",
                            id);
                    handle.execute(
                            """
                            UPDATE reports.scan_status_view
                               SET status = 'dead_lettered',
                                   failure = '{"type": "timeout", "message": "The page took <too> long."}'
                             WHERE scan_id = ?
                            """,
                            again);
                });
        Answer missed = changed(report(id, "html"), ordered);
        assertThat(missed.body())
                .contains(
                        "A second look was missed, because its scan failed;",
                        "Scan %s of the second look failed: Timed out. The page took &lt;too&gt; long."
                                .formatted(again));
    }

    @Test
    void thePageCountsWhatIsDecidedAndWhatIsAssignedAsTheApiDoes() {
        String id = scan("local", "completed", 53);
        compared(id, UUID.randomUUID().toString(), 1, 0);
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute(
                            """
                            INSERT INTO reports.finding_view
                            SELECT (jsonb_populate_record(one, jsonb_build_object('place', more, 'fingerprint', replace(scan_id, '-', '') || '~' || more))).*
                              FROM reports.finding_view AS one, generate_series(2, 4) AS more
                             WHERE scan_id = ? AND place = 0
                            """,
                            id);
                    handle.execute(
                            "UPDATE reports.comparison_view SET found = 5 WHERE scan_id = ?", id);
                });
        String fingerprint = id.replace("-", "");
        decide("\"decision\": \"accepted\", \"fingerprint\": \"%s~2\"".formatted(fingerprint));
        decide("\"decision\": \"ignored\", \"fingerprint\": \"%s~3\"".formatted(fingerprint));
        decide(
                "\"decision\": \"assigned\", \"assignee\": \"ada\", \"fingerprint\": \"%s~4\""
                        .formatted(fingerprint));

        JsonNode told = gateway.get("/api/scans/%s/changes".formatted(id)).json();
        assertThat(told.at("/decided/found").asInt()).isEqualTo(2);
        assertThat(told.at("/assigned/found").asInt()).isEqualTo(1);
        assertThat(gateway.get(report(id, "html")).body().replaceAll("\\s+", ""))
                .contains(
                        "<dt>Decided</dt><dd>2</dd>",
                        "<dt>Assigned</dt><dd>1</dd>",
                        "2occurrencesaredecided:1accepted,1ignored.1moreisassignedtosomebody,andopen.");
    }

    private void decide(String fields) {
        assertThat(
                        gateway.put(
                                        "/api/decisions",
                                        "{%s, \"reason\": \"because\"}".formatted(fields))
                                .status())
                .isEqualTo(200);
    }

    @Test
    void thePageOfAScanSaysWhatASecondLookSawAgainAndItsTagFollows() {
        String id = scan("local", "completed", 53);
        compared(id, UUID.randomUUID().toString(), 1, 0);
        Answer first = gateway.get(report(id, "html"));
        assertThat(first.body()).doesNotContain("Looked at again", "Confirmed");

        String again = UUID.randomUUID().toString();
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute(
                            "INSERT INTO reports.second_look_view VALUES (?, 'local', true, ?, ?, now())",
                            id,
                            again,
                            again);
                    handle.execute(
                            """
                            INSERT INTO reports.missing_finding_view (scan_id, fingerprint, completed_at, client, state)
                            SELECT next_scan_id, replace(scan_id, '-', ''), next_completed_at, client, 'fixed'
                              FROM reports.second_look_view WHERE scan_id = ?
                            """,
                            id);
                });
        Answer flickering = changed(report(id, "html"), first);
        assertThat(flickering.body())
                .contains("Looked at again: 1 flickering.")
                .contains("<strong class=\"state flickering\">");

        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute(
                            "DELETE FROM reports.missing_finding_view WHERE scan_id = ?", again);
                    handle.execute(
                            """
                            INSERT INTO reports.finding_view (scan_id, fingerprint, completed_at, client, state)
                            SELECT next_scan_id, replace(scan_id, '-', ''), next_completed_at, client, 'persisting'
                              FROM reports.second_look_view WHERE scan_id = ?
                            """,
                            id);
                });
        Answer confirmed = changed(report(id, "html"), flickering);
        assertThat(confirmed.body())
                .contains("Looked at again: 1 confirmed.")
                .contains("<strong class=\"state confirmed\">");
    }

    @Test
    void theReportOfABatchIsOnePageThatLinksToTheOthers() {
        batch("ended");
        inBatch(scan("local", "completed", 53), 0);

        Answer page = gateway.get(batchReport("html"));

        assertThat(page.status()).as(page.body()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
        assertThat(page.header("Content-Security-Policy"))
                .startsWith("default-src 'none'; style-src 'sha256-")
                .endsWith("frame-ancestors 'none'");
        assertThat(page.body())
                .startsWith("<!DOCTYPE html>")
                .containsPattern("href=\"../../scans/[^\"/]+/report.html\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "accepted      | has no result yet: it is accepted",
                "retrying      | has no result yet: it is retrying",
                "completed     | its report is being written",
                "cancelled     | will have none: it was cancelled",
                "dead_lettered | it failed for good at attempt 1 (http_error: The page answered 404.)"
            })
    void aScanWithoutAResultSaysWhy(String status, String word) {
        String id = scan("local", status, null);

        assertThat(
                        gateway.get(report(id, "sarif"))
                                .problem(409, "conflict")
                                .path("detail")
                                .asString())
                .contains(word);
    }

    @Test
    void whatIsOfAnotherClientDoesNotExist() {
        String id = scan("somebody-else", "completed", 53);
        gateway.get(report(id, "html")).problem(404, "not-found");
        gateway.get(report(UUID.randomUUID().toString(), "html")).problem(404, "not-found");
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "INSERT INTO reports.batch_view VALUES (?, 'somebody-else', 1, 0, 0, 0, 1, 0, 0, now())",
                                batch));
        gateway.get(batchReport("json")).problem(404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/scans/..%2f..%2fetc/report.json",
                "/api/scans/..%5c..%5cetc/report.json",
                "/api/batches/..%2fother/report.csv",
                "/api/batches/%2e%2e/report.csv",
                "/api/batches/a%00b/report.csv"
            })
    void noTrickWithThePathLeadsAnywhere(String path) throws IOException {
        Answer answer =
                gateway.sendRaw(
                        "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                .formatted(path));

        assertThat(answer.status()).as("%s", answer).isIn(400, 404);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    }

    @Test
    void aBatchShowsEveryPageOnceInTheirOrderWhetherItWasSeenOrNot() throws IOException {
        batch("open");
        var seen = new ArrayList<String>();
        for (int page = 0; page < 23; page++) {
            seen.add(inBatch(scan("local", "completed", 53), page));
        }
        inBatch(scan("local", "dead_lettered", null), 30);
        inBatch(scan("local", "cancelled", null), 31);
        inBatch(scan("local", "retrying", null), 32);
        inBatch(scan("local", "completed", null), 33);
        // Neither of the batch, nor of the client.
        scan("local", "completed", 53);
        inBatch(scan("somebody-else", "completed", 53), 34);

        Answer answer = gateway.get(batchReport("json"));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("Content-Disposition"))
                .isEqualTo("attachment; filename=\"stepfree-batch-%s.json\"".formatted(batch));
        JsonNode pages = answer.json().path("pages");
        assertThat(pages.valueStream().limit(23).map(page -> page.at("/report/scanId").asString()))
                .containsExactlyElementsOf(seen);
        assertThat(pages.valueStream().skip(23).map(page -> page.at("/notSeen/status").asString()))
                .containsExactly("dead_lettered", "cancelled", "retrying", "completed");
        JsonNode dead = pages.path(23).path("notSeen");
        assertThat(dead.path("failure").asString()).isEqualTo("http_error");
        assertThat(dead.path("reason").asString()).isEqualTo("The page answered 404.");
        assertThat(pages.path(26).at("/notSeen/reason").asString()).contains("being written");
        assertThat(answer.json().at("/totals/pages").asInt()).isEqualTo(27);
        assertThat(answer.json().at("/totals/seen/valid").asInt()).isEqualTo(23);
        assertThat(answer.json().at("/subject/id").asString()).isEqualTo(batch);
        assertThat(faults(answer.body())).isEmpty();
        assertThat(gateway.get(batchReport("json")).body()).isEqualTo(answer.body());
    }

    @Test
    void theTagOfABatchChangesWithEachPageOfIt() {
        batch("open");
        inBatch(scan("local", "completed", 53), 0);
        String open = inBatch(scan("local", "retrying", null), 1);
        String before = Objects.requireNonNull(gateway.get(batchReport("csv")).header("ETag"));
        assertThat(ifNoneMatch(before).status()).isEqualTo(304);

        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "UPDATE reports.scan_status_view SET status = 'completed' WHERE scan_id = ?",
                                open));
        String between = Objects.requireNonNull(ifNoneMatch(before).header("ETag"));
        assertThat(between).isNotEqualTo(before);
        store(open, 53);

        Answer after = ifNoneMatch(between);
        assertThat(after.status()).isEqualTo(200);
        assertThat(after.body()).contains("violation," + open);
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "csv", "sarif", "xml", "earl", "ndjson", "prom"})
    void aBatchIsEncodedLikeEverythingElse(String format) throws Exception {
        batch("ended");
        for (int page = 0; page < 12; page++) {
            inBatch(scan("local", "completed", 53), page);
        }
        String plain = gateway.get(batchReport(format)).body();

        HttpResponse<byte[]> gzip = encoded(format, "gzip");
        assertThat(gzip.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(gzip.headers().firstValue("ETag").orElse("")).startsWith("W/\"");
        assertThat(decoded(gzip)).isEqualTo(plain);
        HttpResponse<byte[]> brotli = encoded(format, "br");
        assertThat(brotli.headers().firstValue("Content-Encoding")).contains("br");
        assertThat(brotli.body().length).isLessThan(plain.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip", "br"})
    void aReportThatBreaksOffIsNotTakenForWhole(String encoding) {
        // Brotli holds back as much as a megabyte that has no likeness.
        brokenBatch(40, 40_000);

        assertThatThrownBy(() -> encoded("json", encoding)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip", "br"})
    void aReportThatBreaksOffBeforeAnyOfItWasSentIsAProblem(String encoding) throws Exception {
        brokenBatch(1, 100);

        HttpResponse<byte[]> answer = encoded("earl", encoding);

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(decoded(answer)).startsWith("{\"type\":\"/problems/internal-error\"");
    }

    private static String decoded(HttpResponse<byte[]> answer) throws IOException {
        boolean gzip = answer.headers().firstValue("Content-Encoding").equals(Optional.of("gzip"));
        try (InputStream bytes = new ByteArrayInputStream(answer.body());
                InputStream decoder = gzip ? new GZIPInputStream(bytes) : bytes) {
            return new String(decoder.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** One with a document at its end that is none, after others that cannot be made smaller. */
    private void brokenBatch(int whole, int noiseBytes) {
        batch("ended");
        for (int page = 0; page < whole; page++) {
            String id = inBatch(scan("local", "completed", 53), page);
            var noise = new byte[noiseBytes];
            new Random(page).nextBytes(noise);
            change(
                    id,
                    "document || jsonb_build_object('violations', '[]'::jsonb, 'finalUrl', '%s')"
                            .formatted(Base64.getEncoder().encodeToString(noise)));
        }
        change(inBatch(scan("local", "completed", 53), whole), "'[7]'");
    }

    private void change(String scanId, String document) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "UPDATE reports.report_view SET document = %s WHERE scan_id = ?"
                                        .formatted(document),
                                scanId));
    }

    private HttpResponse<byte[]> encoded(String format, String encoding)
            throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                    gateway.request(batchReport(format))
                            .header("Accept-Encoding", encoding)
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    @Test
    void aReportThatCannotBeginIsAProblem() {
        String id = scan("local", "completed", 53);
        change(id, "'{\"violations\": 7}'");

        Answer answer = gateway.get(report(id, "csv"));

        answer.problem(500, "internal-error");
        assertThat(answer.header("Content-Disposition")).isNull();
        assertThat(answer.header("ETag")).isNull();
    }

    private static String report(String id, String format) {
        return "/api/scans/%s/report.%s".formatted(id, format);
    }

    private String batchReport(String format) {
        return "/api/batches/%s/report.%s".formatted(batch, format);
    }

    private Answer ifNoneMatch(String tag) {
        return gateway.send(gateway.request(batchReport("csv")).header("If-None-Match", tag).GET());
    }

    private void batch(String status) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "INSERT INTO reports.batch_view VALUES (?, ?, 3, ?, 0, 0, 1, 0, 0, '2026-01-01T10:00:00Z')",
                                batch,
                                Caller.LOCAL_CLIENT,
                                status.equals("open") ? 2 : 0));
    }

    private String inBatch(String scanId, int minute) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                UPDATE reports.scan_status_view
                                   SET batch_id = ?, submitted_at = timestamptz '2026-01-01T00:00:00Z' + ? * interval '1 minute'
                                 WHERE scan_id = ?
                                """,
                                batch,
                                minute,
                                scanId));
        return scanId;
    }

    /** A scan of a client, with a report where there is a score. */
    private String scan(String client, String status, @Nullable Integer score) {
        String id = UUID.randomUUID().toString();
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.scan_status_view (scan_id, request_id, client, url, host, standard,
                                    priority, status, attempt, submitted_at, updated_at, failure)
                                VALUES (?, 'request-1', ?, 'https://shop.example/', 'shop.example', 'wcag22aa', 'HIGH', ?, 1,
                                    now(), now(), ?::jsonb)
                                """,
                                id,
                                client,
                                status,
                                status.equals("dead_lettered")
                                        ? "{\"type\": \"http_error\", \"message\": \"The page answered 404.\"}"
                                        : null));
        if (score != null) {
            store(id, score);
        }
        return id;
    }

    private void store(String scanId, int score) {
        ReportDocument document =
                ReportComposer.compose(
                        SampleResults.judged(Validity.VALID, score, scanId, "request-1"));
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.report_view (scan_id, document, published_at)
                                VALUES (?, ?::jsonb, now())
                                """,
                                scanId,
                                ReportJson.write(document)));
    }

    private static List<Error> faults(String json) throws IOException {
        var schemas = new HashMap<String, String>();
        for (String name : List.of("report", "batch-report")) {
            try (var file =
                    ReportJson.class.getResourceAsStream(
                            "/schema/%s.schema.json".formatted(name))) {
                schemas.put(
                        "urn:stepfree:schema:%s:1".formatted(name),
                        new String(
                                Objects.requireNonNull(file).readAllBytes(),
                                StandardCharsets.UTF_8));
            }
        }
        return SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(schemas))
                .getSchema(SchemaLocation.of("urn:stepfree:schema:batch-report:1"))
                .validate(json, InputFormat.JSON);
    }
}
