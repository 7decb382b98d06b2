package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.schemas.scan.Validity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Links to reports, for people who have no key. */
@ExtendWith(GatewayExtension.class)
final class LinksTest {

    private final RunningGateway gateway;

    LinksTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @Test
    void whoHasALinkReadsTheOneReportWithoutAKeyAndNobodyKeepsOrFindsIt() {
        String id = scan("local", "/var/reports/day/scan/report.html");

        JsonNode link = link(id, "{}");

        assertThat(link.path("format").asString()).isEqualTo("html");
        assertThat(link.path("servedBy").asString()).isEqualTo("gateway");
        assertThat(Instant.parse(link.path("expiresAt").asString()))
                .isBetween(
                        Instant.now().plus(Duration.ofHours(23)),
                        Instant.now().plus(Duration.ofHours(25)));
        Answer page = follow(link);
        assertThat(page.status()).as(page.body()).isEqualTo(200);
        assertThat(page.body())
                .startsWith("<!DOCTYPE html>")
                .contains("This file is the report alone.")
                // What is laid over it, decisions with names and reasons, is for the client.
                .isNotEqualTo(gateway.get("/api/scans/%s/report.html".formatted(id)).body());
        assertThat(page.header("Cache-Control")).isEqualTo("no-store");
        assertThat(page.header("X-Robots-Tag")).isEqualTo("noindex, nofollow");
        assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(page.header("Content-Security-Policy"))
                .startsWith("default-src 'none'; style-src 'sha256-")
                .endsWith("frame-ancestors 'none'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "csv", "sarif", "xml", "earl"})
    void aLinkMayBeToAnyFormat(String format) {
        String id = scan("local", "/var/reports/day/scan/report.html");

        Answer report = follow(link(id, "{\"format\": \"%s\"}".formatted(format)));

        assertThat(report.status()).isEqualTo(200);
        assertThat(report.body())
                .isEqualTo(gateway.get("/api/scans/%s/report.%s".formatted(id, format)).body());
    }

    @Test
    void aLinkWithoutABodyIsToThePageForADay() {
        String id = scan("local", "/var/reports/day/scan/report.html");
        Answer made =
                gateway.send(
                        gateway.request("/api/scans/%s/links".formatted(id))
                                .POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        assertThat(made.header("Cache-Control")).isEqualTo("no-store");
        assertThat(made.header("Location")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"expiresInMinutes\": 10081} | expiresInMinutes",
                "{\"expiresInMinutes\": 0}     | expiresInMinutes",
                "{\"format\": \"exe\"}         | format",
                "{\"for\": \"ever\"}           | for",
            })
    void whatCannotBeIsNamed(String body, String field) {
        String id = scan("local", "/var/reports/day/scan/report.html");

        JsonNode problem =
                gateway.post("/api/scans/%s/links".formatted(id), body)
                        .problem(400, "invalid-fields");

        assertThat(problem.at("/errors/0/pointer").asString()).isEqualTo("/" + field);
    }

    @Test
    void thereIsNoLinkToWhatIsOfAnotherClientOrHasNoReport() {
        String other = scan("somebody-else", "/var/reports/day/scan/report.html");
        gateway.post("/api/scans/%s/links".formatted(other), "{}").problem(404, "not-found");
        gateway.post("/api/scans/%s/links".formatted(UUID.randomUUID()), "{}")
                .problem(404, "not-found");
        String open = UUID.randomUUID().toString();
        insertScan(open, "local", "retrying");
        gateway.post("/api/scans/%s/links".formatted(open), "{}").problem(409, "conflict");
    }

    @Test
    void aLinkThatWasChangedLeadsNowhere() {
        String id = scan("local", "/var/reports/day/scan/report.html");
        String another = scan("local", "/var/reports/day/scan/report.html");
        String word = word(link(id, "{}"));
        String said =
                new String(
                        Base64.getUrlDecoder().decode(word.substring(0, word.indexOf('.'))),
                        StandardCharsets.UTF_8);
        String signature = word.substring(word.indexOf('.'));
        for (String changed :
                new String[] {
                    said.replace(id, another),
                    said.replace(" html ", " json "),
                    said.replaceFirst("^1 [0-9]+", "1 9999999999"),
                    said.replace(" local", " somebody-else"),
                    said
                }) {
            String tried =
                    Base64.getUrlEncoder()
                                    .withoutPadding()
                                    .encodeToString(changed.getBytes(StandardCharsets.UTF_8))
                            + signature;
            Answer answer = gateway.get("/links/" + tried);
            assertThat(answer.status()).as(changed).isEqualTo(changed.equals(said) ? 200 : 404);
        }
        for (String nonsense :
                new String[] {
                    "x", "x.y", ".", word + "x", "a".repeat(2_000), unsigned("a\0"), unsigned("A B")
                }) {
            gateway.get("/links/" + nonsense).problem(404, "not-found");
        }
    }

    /** As a link would say it, with what could be a signature. */
    private static String unsigned(String client) {
        var encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString(
                        "1 9999999999 html %s %s"
                                .formatted(UUID.randomUUID(), client)
                                .getBytes(StandardCharsets.UTF_8))
                + "."
                + encoder.encodeToString(new byte[32]);
    }

    @Test
    void aLinkEndsAtItsMoment() throws Exception {
        String id = scan("local", "/var/reports/day/scan/report.html");
        var _ = link(id, "{}");
        Instant now = Instant.now();
        assertThat(gateway.get("/links/" + signed(id, now.plusSeconds(60))).status())
                .isEqualTo(200);
        assertThat(
                        gateway.get("/links/" + signed(id, now.minusSeconds(1)))
                                .problem(404, "not-found")
                                .path("detail")
                                .asString())
                .startsWith("This link has expired at ");
    }

    /** As the gateway signs, with the key that it has made. */
    private String signed(String id, Instant until) throws Exception {
        byte[] key =
                gateway.jdbi()
                        .withHandle(handle ->
                                handle.select(
                                                "SELECT key FROM gateway.link_key WHERE client = 'local'")
                                        .mapTo(byte[].class)
                                        .one());
        byte[] said =
                "1 %d html %s local"
                        .formatted(until.getEpochSecond(), id)
                        .getBytes(StandardCharsets.UTF_8);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update("report link ".getBytes(StandardCharsets.UTF_8));
        var encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString(said) + "." + encoder.encodeToString(mac.doFinal(said));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/links/..%2f..%2fapi%2fscans",
                "/links/..%5c..%5cetc",
                "/links/%2e%2e/api/scans",
                "/links/a%00b"
            })
    void noTrickWithThePathLeadsAnywhere(String path) throws IOException {
        Answer answer =
                gateway.sendRaw(
                        "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                .formatted(path));
        assertThat(answer.status()).as("%s", answer).isIn(400, 404);
    }

    @Test
    void allLinksOfAClientEndAtOnceAndTheNextOneWorks() {
        String id = scan("local", "/var/reports/day/scan/report.html");
        JsonNode before = link(id, "{}");
        assertThat(follow(before).status()).isEqualTo(200);

        assertThat(gateway.delete("/api/links").status()).isEqualTo(204);

        assertThat(follow(before).problem(404, "not-found").path("detail").asString())
                .contains("leads nowhere");
        assertThat(follow(link(id, "{}")).status()).isEqualTo(200);
    }

    /** S3 is not asked when a link is signed; that the link works is seen in BucketTest. */
    @Test
    void aReportOnS3IsLinkedToThere() {
        RunningGateway beside =
                gateway.beside(
                        "--stepfree.reports.s3.bucket=a-bucket",
                        "--stepfree.reports.s3.endpoint=https://s3.example:9000",
                        "--stepfree.reports.s3.path-style=true",
                        "--stepfree.reports.s3.access-key-id=an-id",
                        "--stepfree.reports.s3.secret-access-key=a-secret");
        try {
            String place = "reports/%s/report.0123.html".formatted(UUID.randomUUID());
            String id = scan("local", "s3://a-bucket/" + place);

            JsonNode link = link(beside, id, "{\"expiresInMinutes\": 10080}");

            assertThat(link.path("servedBy").asString()).isEqualTo("s3");
            assertThat(link.path("url").asString())
                    .startsWith("https://s3.example:9000/a-bucket/%s?".formatted(place))
                    .contains("X-Amz-Expires=604800", "filename%3D%22stepfree-scan-" + id + ".html")
                    .doesNotContain("a-secret");

            // What is not kept as a file, or lies elsewhere, the gateway shows itself.
            assertThat(link(beside, id, "{\"format\": \"csv\"}").path("servedBy").asString())
                    .isEqualTo("gateway");
            String old = scan("local", "/var/reports/day/scan/report.html");
            assertThat(link(beside, old, "{}").path("servedBy").asString()).isEqualTo("gateway");
            String foreign = scan("local", "s3://another-bucket/reports/x/report.html");
            assertThat(link(beside, foreign, "{}").path("servedBy").asString())
                    .isEqualTo("gateway");
        } finally {
            beside.stopGateway();
        }
    }

    private JsonNode link(String scanId, String body) {
        return link(gateway, scanId, body);
    }

    private static JsonNode link(RunningGateway at, String scanId, String body) {
        Answer made = at.post("/api/scans/%s/links".formatted(scanId), body);
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        return made.json();
    }

    private Answer follow(JsonNode link) {
        URI url = URI.create(link.path("url").asString());
        assertThat(url.getPort()).isEqualTo(gateway.port());
        return gateway.get(url.getPath());
    }

    private static String word(JsonNode link) {
        String url = link.path("url").asString();
        return url.substring(url.lastIndexOf('/') + 1);
    }

    /** A scan that has ended, with a report that lies there. */
    private String scan(String client, String place) {
        String id = UUID.randomUUID().toString();
        insertScan(id, client, "completed");
        String document =
                ReportJson.write(
                        ReportComposer.compose(
                                SampleResults.judged(Validity.VALID, 53, id, "request-1")));
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.report_view (scan_id, document, html_file, json_file, published_at)
                                VALUES (?, ?::jsonb, ?, ?, now())
                                """,
                                id,
                                document,
                                place,
                                place.replace(".html", ".json")));
        return id;
    }

    private void insertScan(String id, String client, String status) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.scan_status_view (scan_id, request_id, client, url, host, standard,
                                    priority, status, attempt, submitted_at, updated_at)
                                VALUES (?, 'request-1', ?, 'https://shop.example/', 'shop.example', 'wcag22aa', 'HIGH', ?, 1,
                                    now(), now())
                                """,
                                id,
                                client,
                                status));
    }
}
