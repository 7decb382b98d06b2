package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.stepfree.gateway.access.ApiKey;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.SealedSecrets;
import io.stepfree.schemas.topic.Topics;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Many scans in one request: what is good in it is on the topic once it is answered. */
final class BulkTest {

    private static final ApiKey FIRST = ApiKey.create("test");
    private static final String NDJSON = "application/x-ndjson";
    private static final String CSV = "text/csv";

    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        TestDatabase database = RunningGateway.database();
        gateway =
                RunningGateway.start(
                        TestKafka.start(),
                        TestRegistry.shared(),
                        database,
                        "--stepfree.secrets.keys.test=" + RunningGateway.SECRETS_KEY,
                        "--stepfree.gateway.access.environment=test",
                        "--stepfree.gateway.access.first-key=" + FIRST.secret());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void tenThousandRowsAreAcceptedAndTheOneAfterThemIsRefused() {
        String body =
                IntStream.rangeClosed(1, 10_001)
                        .mapToObj(row -> "{\"url\": \"https://page-%d.example/\"}".formatted(row))
                        .collect(Collectors.joining("\n"));

        Answer answer = post("", NDJSON, body);

        JsonNode json = accepted(answer, 10_000, 1);
        assertThat(json.path("problems"))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.path("row").asInt()).isEqualTo(10_001);
                    assertThat(problem.at("/errors/0/detail").asString())
                            .isEqualTo(
                                    "is after the 10,000 rows that a request may have; send it in another one");
                });
        String batch = json.path("batch").asString();
        assertThat(batch).matches("bulk-[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f-]{17}");
        assertThat(answer.header("Location")).isEqualTo("/api/batches/" + batch);
        List<ScanRequest> scans = scansOf(batch);
        assertThat(scans).hasSize(10_000);
        assertThat(scans).extracting(ScanRequest::getScanId).doesNotHaveDuplicates();
        assertThat(scans)
                .extracting(ScanRequest::getUrl)
                .doesNotHaveDuplicates()
                .contains("https://page-1.example/", "https://page-10000.example/");
        assertThat(scans)
                .allSatisfy(scan -> {
                    assertThat(scan.getPriority()).isEqualTo(Priority.LOW);
                    assertThat(scan.getStandard()).isEqualTo("wcag22aa");
                    assertThat(scan.getClient()).isEqualTo("local");
                    assertThat(scan.getRequestId()).isEqualTo(json.path("requestId").asString());
                });
    }

    static Stream<Arguments> eachForm() {
        return Stream.of(
                Arguments.of(
                        "lines",
                        NDJSON,
                        "?batch=lines&standard=wcag2aa",
                        """
                        {"url": "https://a.example/"}

                        {"url": "https://b.example/", "standard": "wcag2a", "priority": "high"}
                        """),
                Arguments.of(
                        "document",
                        RunningGateway.JSON,
                        "",
                        """
                        {"batch": "document", "defaults": {"standard": "wcag2aa"}, "scans": [
                          "https://a.example/",
                          {"url": "https://b.example/", "standard": "wcag2a", "priority": "high"}]}
                        """),
                Arguments.of(
                        "table",
                        CSV + "; charset=\"UTF-8\"",
                        "?batch=table&standard=wcag2aa",
                        """
                        \ufeffurl,standard,priority\r
                        https://a.example/,,\r
                        "https://b.example/",wcag2a,high\r
                        """));
    }

    @ParameterizedTest
    @MethodSource
    void eachForm(String batch, String contentType, String query, String body) {
        Answer answer = post(query, contentType, body);

        accepted(answer, 2, 0);
        assertThat(answer.json().path("batch").asString()).isEqualTo(batch);
        List<ScanRequest> scans = scansOf(batch);
        assertThat(scans)
                .extracting(ScanRequest::getUrl, ScanRequest::getStandard, ScanRequest::getPriority)
                .containsExactlyInAnyOrder(
                        tuple("https://a.example/", "wcag2aa", Priority.LOW),
                        tuple("https://b.example/", "wcag2a", Priority.HIGH));
    }

    @Test
    void aClientMayAskFirstWhetherItMaySend() {
        Answer answer =
                gateway.send(
                        as(FIRST.secret(), "/api/scans/bulk?batch=asked", CSV)
                                .expectContinue(true)
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "url\nhttps://a.example/\n")));

        accepted(answer, 1, 0);
    }

    @Test
    void badRowsDoNotStopGoodOnesAndAreNamed() {
        Answer answer =
                post(
                        "?batch=mixed",
                        NDJSON,
                        """
                        {"url": "https://good.example/"}
                        {"url": "ftp://bad.example/", "standard": "wcag3"}
                        {"url": "https://bad.example/", "batch": "another"}
                        {"url": "https://bad.example/", "url": "https://bad.example/"}
                        nonsense
                        {"url": "https://ann:secret@bad.example/"}
                        {"url": "http://127.0.0.1/"}
                        {"url": "https://good.example/2"}
                        """);

        JsonNode json = accepted(answer, 2, 6);
        assertThat(json.path("problems"))
                .extracting(
                        problem -> problem.path("row").asInt(),
                        problem -> problem.path("url").asString(""),
                        problem -> pointers(problem))
                .containsExactly(
                        tuple(2, "ftp://bad.example/", List.of("/url", "/standard")),
                        tuple(3, "https://bad.example/", List.of("/batch")),
                        tuple(4, "", List.of("/url")),
                        tuple(5, "", List.of("")),
                        tuple(6, "", List.of("/url")),
                        tuple(7, "http://127.0.0.1/", List.of("/url")));
        assertThat(answer.body()).doesNotContain("secret");
        assertThat(scansOf("mixed"))
                .extracting(ScanRequest::getUrl)
                .containsExactlyInAnyOrder("https://good.example/", "https://good.example/2");
    }

    @Test
    void ofManyBadRowsTheFirstThousandAreListed() {
        Answer answer =
                post(
                        "?batch=bad",
                        CSV,
                        "url\nhttps://good.example/\n" + "ftp://x/\n".repeat(1_234));

        JsonNode json = accepted(answer, 1, 1_234);
        assertThat(json.path("problems")).hasSize(1_000);
        assertThat(json.path("problemsLeftOut").asInt()).isEqualTo(234);
    }

    @Test
    void ofARowWithManyErrorsTheFirstTenAreListed() {
        String fields =
                IntStream.range(0, 500)
                        .mapToObj(field -> ", \"f%d\": 1".formatted(field))
                        .collect(Collectors.joining());
        Answer answer =
                post(
                        "?batch=fields",
                        NDJSON,
                        "{\"url\": \"https://good.example/\"%s}\n{\"url\": \"https://good.example/\"}"
                                .formatted(fields));

        JsonNode errors = accepted(answer, 1, 1).at("/problems/0/errors");
        assertThat(errors).hasSize(11);
        assertThat(errors.path(10).path("detail").asString()).isEqualTo("has 490 more errors");
    }

    @Test
    void secretsOfTheDefaultsAreSealedForEachScan() {
        Answer answer =
                post(
                        "",
                        RunningGateway.JSON,
                        """
                        {"batch": "sealed", "defaults": {"options": {"headers": {"X-Token": "t-9"},
                           "cookies": [{"name": "a", "value": "b", "domain": "example.com"}]}},
                         "scans": ["https://example.com/", "https://www.example.com/", "https://example.org/"]}
                        """);

        JsonNode json = accepted(answer, 2, 1);
        assertThat(json.at("/problems/0/row").asInt()).isEqualTo(3);
        assertThat(json.at("/problems/0/errors/0/pointer").asString())
                .isEqualTo("/defaults/options/cookies/0/domain");
        List<SealedSecrets> secrets =
                scansOf("sealed").stream()
                        .map(scan -> Objects.requireNonNull(scan.getOptions().getSecrets()))
                        .toList();
        assertThat(secrets).hasSize(2).doesNotHaveDuplicates();
        assertThat(secrets.toString()).doesNotContain("t-9");
    }

    @Test
    void theSameKeyAndBodyIsTheSameBatchAndTheSameAnswer() {
        String body = "url\nhttps://once.example/1\nhttps://once.example/2\nftp://once.example/\n";
        Answer first = post(FIRST.secret(), "bulk-once", "", CSV, body);
        JsonNode json = accepted(first, 2, 1);

        Answer again = post(FIRST.secret(), "bulk-once", "", CSV, body);

        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        assertThat(scansOf(json.path("batch").asString())).hasSize(2);
    }

    @Test
    void aBatchWhoseGatewayDiedInTheMiddleIsCompletedByWhoAsksAgain() {
        String body = "url\nhttps://died.example/1\nftp://x/\nhttps://died.example/2\n";
        Answer first = post(FIRST.secret(), "bulk-died", "?batch=died", CSV, body);
        accepted(first, 2, 1);
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute("UPDATE gateway.idempotency_keys SET published = false"));

        Answer again = post(FIRST.secret(), "bulk-died", "?batch=died", CSV, body);

        assertThat(again.body()).isEqualTo(first.body());
        List<ScanRequest> scans = scansOf("died");
        assertThat(scans).as("once more, for whoever lost the first").hasSize(4);
        assertThat(scans.stream().map(scan -> scan.getScanId() + " " + scan.getUrl()).distinct())
                .as("and the same, which the scheduler begins once")
                .hasSize(2);
        assertThat(scans)
                .extracting(ScanRequest::getRequestId)
                .containsOnly(first.json().path("requestId").asString());
    }

    @Test
    void anotherBodyOrQueryWithTheSameKeyIsRefused() {
        String body = "url\nhttps://two.example/\n";
        accepted(post(FIRST.secret(), "bulk-two", "?batch=two", CSV, body), 1, 0);

        post(FIRST.secret(), "bulk-two", "?batch=two", CSV, body + "https://two.example/2\n")
                .problem(422, "idempotency-key-reused");
        post(FIRST.secret(), "bulk-two", "?batch=three", CSV, body)
                .problem(422, "idempotency-key-reused");
        gateway.send(
                        as(FIRST.secret(), "/api/scans", RunningGateway.JSON)
                                .header("Idempotency-Key", "bulk-two")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"url\": \"https://two.example/\"}")))
                .problem(422, "idempotency-key-reused");
        assertThat(scansOf("two")).hasSize(1);
        assertThat(scansOf("three")).isEmpty();
    }

    @Test
    void whatIsRefusedTakesNoKey() {
        post(FIRST.secret(), "bulk-mended", "?batch=mended", CSV, "url\nftp://x/\n")
                .problem(400, "invalid-fields");

        accepted(
                post(
                        FIRST.secret(),
                        "bulk-mended",
                        "?batch=mended",
                        CSV,
                        "url\nhttps://mended.example/\n"),
                1,
                0);
    }

    @Test
    void twoClientsMayCallTheirBatchesAlike() {
        String acme = key("acme", "submit");
        String body = "url\nhttps://alike.example/\n";

        Answer theirs = post(acme, null, "?batch=alike", CSV, body);
        accepted(post("?batch=alike", CSV, body), 1, 0);

        assertThat(accepted(theirs, 1, 0).path("batch").asString()).isEqualTo("alike");
        assertThat(theirs.header("Location")).isEqualTo("/api/batches/alike");
        assertThat(scansOf("acme/alike"))
                .singleElement()
                .satisfies(scan -> assertThat(scan.getClient()).isEqualTo("acme"));
        assertThat(scansOf("alike"))
                .singleElement()
                .satisfies(scan -> assertThat(scan.getClient()).isEqualTo("local"));
    }

    @Test
    void itNeedsTheScopeToSubmit() {
        String reader = key("acme", "read");

        post(reader, null, "", CSV, "url\nhttps://read.example/\n").problem(403, "forbidden");
        gateway.send(
                        gateway.request("/api/scans/bulk")
                                .header("Content-Type", CSV)
                                .POST(HttpRequest.BodyPublishers.ofString("url\n")))
                .problem(401, "unauthenticated");
    }

    private static List<String> pointers(JsonNode problem) {
        var pointers = new ArrayList<String>();
        problem.path("errors").forEach(error -> pointers.add(error.path("pointer").asString()));
        return pointers;
    }

    private static JsonNode accepted(Answer answer, int accepted, int refused) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        JsonNode json = answer.json();
        assertThat(json.path("accepted").asInt()).as(answer.body()).isEqualTo(accepted);
        assertThat(json.path("refused").asInt()).isEqualTo(refused);
        assertThat(json.at("/links/self").asString()).isEqualTo(answer.header("Location"));
        return json;
    }

    private static String key(String client, String scope) {
        Answer made =
                gateway.send(
                        as(FIRST.secret(), "/admin/keys", RunningGateway.JSON)
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"name\": \"%s-%s\", \"client\": \"%s\", \"scopes\": [\"%s\"]}"
                                                        .formatted(client, scope, client, scope))));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return made.json().path("key").asString();
    }

    private static Answer post(String query, String contentType, String body) {
        return post(FIRST.secret(), null, query, contentType, body);
    }

    private static Answer post(
            String secret, @Nullable String key, String query, String contentType, String body) {
        HttpRequest.Builder request = as(secret, "/api/scans/bulk" + query, contentType);
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return gateway.send(request.POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpRequest.Builder as(String secret, String path, String contentType) {
        return gateway.request(path)
                .header("Authorization", "Bearer " + secret)
                .header("Content-Type", contentType);
    }

    /** What was published for a batch, by the name under which it goes through the pipeline. */
    private static List<ScanRequest> scansOf(String batch) {
        try (var probe = TopicProbe.of(gateway.kafka(), gateway.registry(), Topics.SCAN_REQUESTS)) {
            return probe.values().stream()
                    .map(ScanCommand::getRequest)
                    .filter(Objects::nonNull)
                    .filter(request -> batch.equals(request.getBatchId()))
                    .toList();
        }
    }
}
