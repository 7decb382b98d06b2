package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.signal.SignalSource;
import io.stepfree.schemas.scan.ScanRequest;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A scan that was made a moment ago is answered with its result. */
@ExtendWith(GatewayExtension.class)
final class CachingTest {

    private final RunningGateway gateway;
    private final PlayedPipeline pipeline;
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

    CachingTest(RunningGateway gateway) {
        this.gateway = gateway;
        this.pipeline = new PlayedPipeline(gateway);
    }

    @AfterEach
    void stop() {
        clients.shutdownNow();
        pipeline.close();
    }

    @Test
    void aRepeatIsAnsweredAtOnceWithTheEarlierResult() {
        ScanRequest scan = complete("repeat.example");

        Answer repeat =
                submit("{\"url\": \"HTTPS://Repeat.example:443/%70age#\", \"priority\": \"low\"}");
        Answer other = submit(page("repeat.example"));

        assertThat(repeat.status()).as("another fragment").isEqualTo(202);
        assertThat(other.status()).as(other.body()).isEqualTo(200);
        assertThat(other.json().path("cached").asBoolean()).isTrue();
        assertThat(other.json().path("ageSeconds").asInt()).isBetween(0, 60);
        assertThat(other.header("Age")).isEqualTo(other.json().path("ageSeconds").asString());
        assertThat(other.header("Cache-Status")).matches("stepfree; hit; ttl=8[0-9]{2}");
        assertThat(other.json().path("id").asString()).isEqualTo(scan.getScanId());
        assertThat(other.json().path("status").asString()).isEqualTo("completed");
        assertThat(other.json().path("report").path("title").asString()).isEqualTo("Büro");
        assertThat(other.header("Location")).isEqualTo("/api/scans/" + scan.getScanId());
        String tag = Objects.requireNonNull(other.header("ETag"));
        assertThat(
                        gateway.send(
                                        gateway.request("/api/scans/" + scan.getScanId())
                                                .header("If-None-Match", tag))
                                .status())
                .isEqualTo(304);
    }

    @Test
    void anotherSpellingOfThePageIsTheSamePage() {
        ScanRequest scan = complete("spelling.example");

        Answer repeat =
                submit(
                        "{\"url\": \"HTTPS://Spelling.example:443/x/../%70age\", \"priority\": \"low\"}");

        assertThat(repeat.status()).as(repeat.body()).isEqualTo(200);
        assertThat(repeat.json().path("id").asString()).isEqualTo(scan.getScanId());
        assertThat(pipeline.count("spelling.example")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"url\": \"https://asked.example/page?\"",
                "\"url\": \"http://asked.example/page\"",
                "\"url\": \"https://asked.example/page\", \"standard\": \"wcag21aa\"",
                "\"url\": \"https://asked.example/page\", \"options\": {\"screenshots\": \"page\"}",
                "\"url\": \"https://asked.example/page\", \"options\": {\"device\": \"phone\"}"
            })
    void whatIsAskedForInAnotherWayIsScanned(String fields) {
        var _ = complete("asked.example");

        Answer answer = submit("{%s}".formatted(fields));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("Cache-Status")).isEqualTo("stepfree; fwd=miss");
        assertThat(answer.json().has("cached")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no-cache | stepfree; fwd=request",
                "max-age=0 | stepfree; fwd=request",
                "max-age=5 | stepfree; fwd=miss"
            })
    void whoWantsANewScanGetsOne(String header, String status) {
        ScanRequest first = complete("anew.example", Instant.now().minusSeconds(10), "valid");

        Answer answer = gateway.send(request(page("anew.example")).header("Cache-Control", header));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("Cache-Status")).isEqualTo(status);
        assertThat(answer.json().path("id").asString()).isNotEqualTo(first.getScanId());
        assertThat(
                        gateway.send(
                                        request(page("anew.example"))
                                                .header("Cache-Control", "max-age=600"))
                                .status())
                .isEqualTo(200);
    }

    @Test
    void anOldResultIsNone() {
        var _ = complete("old-result.example", Instant.now().minusSeconds(901), "valid");

        assertThat(submit(page("old-result.example")).status()).isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"partial", "suspect"})
    void whatWasNotWhollySeenIsLookedAtAgain(String validity) {
        String host = validity + ".example";
        var _ = complete(host, Instant.now().minusSeconds(30), "valid");
        assertThat(submit(page(host)).status()).isEqualTo(200);
        var _ = complete(host, Instant.now(), validity);

        assertThat(submit(page(host)).status()).isEqualTo(202);
    }

    @Test
    void aNewerResultTakesThePlaceOfAnOlderOneAtEveryGateway() {
        RunningGateway another = gateway.beside();
        try {
            ScanRequest first = complete("newer.example", Instant.now().minusSeconds(30), "valid");
            awaitRepeat(gateway, "newer.example", first);
            awaitRepeat(another, "newer.example", first);

            ScanRequest second = complete("newer.example");

            awaitRepeat(gateway, "newer.example", second);
            awaitRepeat(another, "newer.example", second);
        } finally {
            another.stopGateway();
        }
    }

    @Test
    void aSecondLookAnswersNobody() {
        ScanRequest own = complete("second.example", Instant.now().minusSeconds(30), "valid");
        ScanRequest again =
                ScanRequest.newBuilder(own).setScanId(UUID.randomUUID().toString()).build();
        pipeline.report(again, Instant.now(), "valid", PlayedPipeline.ENGINE);
        pipeline.project(again, "completed");
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "UPDATE reports.scan_status_view SET relook_of = ?, second_look = true WHERE scan_id = ?",
                                own.getScanId(),
                                again.getScanId()));

        assertThat(submit(page("second.example")).json().path("id").asString())
                .isEqualTo(own.getScanId());
    }

    @Test
    void aResultOfAnotherEngineIsNone() {
        ScanRequest scan = complete("engine.example");
        assertThat(submit(page("engine.example")).status()).isEqualTo(200);

        ScanRequest other = ResultsTest.scan("local");
        pipeline.tell(other, Instant.now(), "axe-core 9.0.0");
        Awaitility.await().until(() -> submit(page("engine.example")).status() == 202);

        pipeline.tell(other, Instant.now(), PlayedPipeline.ENGINE);
        awaitRepeat(gateway, "engine.example", scan);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "secrets | \"options\": {\"headers\": {\"X-Token\": \"t\"}}",
                "secrets | \"options\": {\"cookies\": [{\"name\": \"a\", \"value\": \"b\"}]}",
                "secrets | \"options\": {\"basicAuth\": {\"username\": \"a\", \"password\": \"b\"}}",
                "secrets | \"options\": {\"actions\": [{\"fill\": \"#user\", \"text\": \"ann\"}]}",
                "batch   | \"batch\": \"nightly\""
            })
    void whatBringsSecretsOrBelongsToABatchIsScanned(String why, String field) {
        var _ = complete("barred.example");

        Answer answer = submit("{\"url\": \"https://barred.example/page\", %s}".formatted(field));

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        assertThat(answer.header("Cache-Status")).isEqualTo("stepfree; fwd=bypass; detail=" + why);
    }

    @Test
    void aResultThatWasSeenWithSecretsAnswersNobody() {
        String body =
                "{\"url\": \"https://seen.example/page\", \"options\": {\"headers\": {\"X-Token\": \"t\"}}}";
        assertThat(submit(body).status()).isEqualTo(202);
        pipeline.complete(pipeline.taken("seen.example"));

        assertThat(submit(page("seen.example")).status()).isEqualTo(202);
        assertThat(submit(body).status()).isEqualTo(202);
    }

    @Test
    void aKeyAsksForAScanOfItsOwn() {
        var _ = complete("keyed.example");

        Answer answer =
                gateway.send(request(page("keyed.example")).header("Idempotency-Key", "own"));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("Cache-Status"))
                .isEqualTo("stepfree; fwd=bypass; detail=idempotency-key");
    }

    @Test
    void theResultOfAnotherClientAnswersNobodyElse() {
        ScanRequest theirs =
                ScanRequest.newBuilder(ResultsTest.scan("somebody-else"))
                        .setUrl("https://theirs.example/page")
                        .setHost("theirs.example")
                        .build();
        pipeline.complete(theirs);

        assertThat(submit(page("theirs.example")).status()).isEqualTo(202);
    }

    @Test
    void whatIsCachedCanBeSwitchedOff() {
        var _ = complete("off.example");
        RunningGateway without = gateway.beside("--stepfree.cache.enabled=false");
        try {
            Answer answer = without.post("/api/scans", page("off.example"));

            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.header("Cache-Status")).isNull();
        } finally {
            without.stopGateway();
        }
    }

    @Test
    void hitsAndMissesAreCountedAndSignalled() {
        awaitRepeat(gateway, "counted.example", complete("counted.example"));
        double hits = signalled("stepfree.cache.hits");
        double misses = signalled("stepfree.cache.misses");
        double near = near();

        assertThat(submit(page("counted.example")).status()).isEqualTo(200);
        assertThat(submit(page("counted.example")).status()).isEqualTo(200);
        assertThat(submit(page("not-counted.example")).status()).isEqualTo(202);
        assertThat(
                        gateway.send(
                                        request(page("counted.example"))
                                                .header("Cache-Control", "no-cache"))
                                .status())
                .isEqualTo(202);

        assertThat(signalled("stepfree.cache.hits") - hits).isEqualTo(2);
        assertThat(signalled("stepfree.cache.misses") - misses).isEqualTo(1);
        assertThat(near() - near).isEqualTo(2);
    }

    private double near() {
        return gateway.bean(MeterRegistry.class)
                .get("stepfree.cache.hits")
                .tag("level", "memory")
                .counter()
                .count();
    }

    private double signalled(String name) {
        return gateway.bean("cacheMeters", SignalSource.class)
                .gauges()
                .getOrDefault(name, Double.NaN);
    }

    /** Waits until this gateway answers with the result of that scan. */
    private static void awaitRepeat(RunningGateway at, String host, ScanRequest scan) {
        Awaitility.await()
                .until(() -> {
                    Answer answer = at.post("/api/scans", page(host));
                    return answer.status() == 200
                            && answer.json().path("id").asString().equals(scan.getScanId());
                });
    }

    private ScanRequest complete(String host) {
        return complete(host, Instant.now(), "valid");
    }

    /**
     * A scan of the page that has ended so. Whoever waited for it was told, and so this gateway has
     * heard of it.
     */
    private ScanRequest complete(String host, Instant at, String validity) {
        long before = pipeline.count(host);
        Future<Answer> answer =
                clients.submit(() ->
                        gateway.send(
                                request(page(host))
                                        .header("Cache-Control", "no-cache")
                                        .header("Prefer", "wait=60")));
        Awaitility.await().until(() -> answer.isDone() || pipeline.count(host) > before);
        ScanRequest scan = pipeline.taken(host);
        pipeline.complete(scan, at, validity, PlayedPipeline.ENGINE);
        try {
            assertThat(answer.get(30, TimeUnit.SECONDS).json().path("id").asString())
                    .isEqualTo(scan.getScanId());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return scan;
    }

    private Answer submit(String body) {
        return gateway.send(request(body));
    }

    private HttpRequest.Builder request(String body) {
        return gateway.request("/api/scans")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static String page(String host) {
        return "{\"url\": \"https://%s/page\"}".formatted(host);
    }
}
