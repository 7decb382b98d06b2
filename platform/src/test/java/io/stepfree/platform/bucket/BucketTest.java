package io.stepfree.platform.bucket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.platform.fixture.TestBucket;
import io.stepfree.schemas.ops.HealthState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Against an S3 in memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BucketTest {

    private static final BucketKeyProperties KEY =
            new BucketKeyProperties(TestBucket.KEY, TestBucket.SECRET);

    private TestBucket s3;

    @BeforeAll
    void start() {
        s3 = TestBucket.start();
    }

    @AfterAll
    void stop() {
        s3.close();
    }

    @Test
    void anObjectIsToldWithItsTypeAndEncodingAndIsCacheableForEver() throws IOException {
        try (var bucket = open(TestBucket.NAME)) {
            put(bucket, "told/report.html.br", "page", "br");
        }
        var told = s3.head("told/report.html.br");
        assertThat(told.contentType()).isEqualTo("text/html");
        assertThat(told.contentEncoding()).isEqualTo("br");
        assertThat(told.cacheControl()).isEqualTo("private, max-age=31536000, immutable");
    }

    @Test
    void theSameAgainIsASuccessAndSomethingElseOfThatNameIsRefusedAndTold() throws IOException {
        try (var bucket = open(TestBucket.NAME)) {
            put(bucket, "once/a", "first", null);
            put(bucket, "once/a", "first", null);
            assertThatThrownBy(() -> put(bucket, "once/a", "second", null))
                    .isInstanceOf(BucketException.class)
                    .hasMessage(
                            "s3://reports-of-tests/once/a is not what is to be written there, and is left as it is: somebody has changed it. Delete it, and it is written anew.");
        }
        assertThat(s3.text("once/a")).isEqualTo("first");
    }

    @Test
    void moreObjectsThanS3TakesAtOnceAreListedAndDeleted() throws IOException {
        var properties = properties(TestBucket.NAME, s3.endpoint());
        try (var bucket = Bucket.open(properties, KEY, 3)) {
            List<String> keys = IntStream.range(0, 10).mapToObj("many/%04d"::formatted).toList();
            keys.forEach(key -> s3.put(key, ""));
            assertThat(bucket.keys(TestBucket.NAME, "many/")).isEqualTo(keys);
            bucket.delete(TestBucket.NAME, keys);
            bucket.delete(TestBucket.NAME, List.of("many/0000"));
            assertThat(bucket.keys(TestBucket.NAME, "many/")).isEmpty();
        }
    }

    @Test
    void aCheckLeavesNothingBehind() {
        try (var bucket = open(TestBucket.NAME)) {
            bucket.check();
        }
        assertThat(s3.keys()).noneMatch(key -> key.contains(".writable-"));
    }

    @Test
    void aBucketThatIsMissingEndsTheStartWithTheSettingAndTheCure() {
        try (var bucket = open("not-there")) {
            assertThatThrownBy(bucket::check)
                    .isInstanceOf(CannotStartException.class)
                    .hasMessage(
                            "There is no bucket not-there at %s (404 NoSuchBucket): make it, or set stepfree.reports.s3.bucket to another.",
                            s3.endpoint());
        }
    }

    @Test
    void aBucketThatRefusesEndsTheStartAndNeverTellsTheSecret() {
        try (var bucket =
                Bucket.open(
                        properties(TestBucket.NAME, s3.endpoint()),
                        new BucketKeyProperties(TestBucket.KEY, "another-secret"))) {
            assertThatThrownBy(bucket::check)
                    .isInstanceOf(CannotStartException.class)
                    .hasMessageContaining("refuses the bucket reports-of-tests (403")
                    .hasMessageContaining("check stepfree.reports.s3.access-key-id")
                    .message()
                    .doesNotContain("another-secret");
        }
    }

    @Test
    void halfACredentialIsRefused() {
        var half = new BucketKeyProperties("an-id", "");
        assertThatThrownBy(() -> Bucket.open(properties(TestBucket.NAME, s3.endpoint()), half))
                .isInstanceOf(CannotStartException.class)
                .hasMessageStartingWith(
                        "Of stepfree.reports.s3.access-key-id and stepfree.reports.s3.secret-access-key only one is set");
        assertThat(new BucketKeyProperties("an-id", "a-secret").toString())
                .doesNotContain("an-id", "a-secret");
    }

    @Test
    void anS3ThatIsDownIsAStateAndNoReasonNotToStart() {
        s3.stop();
        try (var bucket = open(TestBucket.NAME)) {
            bucket.check();
            var probe = new BucketProbe(bucket);
            assertThat(probe.look().state()).isEqualTo(HealthState.DOWN);
            assertThat(probe.look().detail())
                    .isEqualTo(
                            "%s does not answer for the bucket reports-of-tests (ConnectException): it is tried again.",
                            s3.endpoint());
            assertThatThrownBy(() -> put(bucket, "down/a", "text", null))
                    .isInstanceOf(BucketException.class);
            s3.startAgain();
            assertThat(probe.look().state()).isEqualTo(HealthState.UP);
            put(bucket, "down/a", "text", null);
        } catch (IOException e) {
            throw new AssertionError(e);
        } finally {
            if (!s3.keys().contains("down/a")) {
                s3.startAgain();
            }
        }
    }

    @Test
    void anS3ThatNeverAnswersIsGivenUpInTime() throws IOException {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var bucket =
                        Bucket.open(
                                new BucketProperties(
                                        TestBucket.NAME,
                                        URI.create(
                                                "http://127.0.0.1:%d"
                                                        .formatted(silent.getLocalPort())),
                                        "",
                                        "",
                                        true,
                                        Duration.ofMillis(300)),
                                KEY)) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> put(bucket, "never/a", "text", null))
                    .isInstanceOf(BucketException.class)
                    .hasMessageContaining("does not answer for the bucket reports-of-tests");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void whoHasALinkNeedsNoKeyAndGetsNothingElse() throws Exception {
        s3.put("linked/a.html", "<p>one</p>");
        s3.put("linked/b.html", "<p>other</p>");
        try (var links = BucketLinks.open(properties(TestBucket.NAME, s3.endpoint()), KEY)) {
            URI link =
                    links.sign(
                            new BucketPlace(TestBucket.NAME, "linked/a.html"),
                            Duration.ofHours(1),
                            "inline; filename=\"a.html\"");
            var answer = get(link);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("<p>one</p>");
            assertThat(answer.headers().firstValue("Content-Disposition"))
                    .contains("inline; filename=\"a.html\"");
            assertThat(get(URI.create(link.toString().replace("a.html?", "b.html?"))).statusCode())
                    .isEqualTo(403);
        }
    }

    private static HttpResponse<String> get(URI address) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private Bucket open(String name) {
        return Bucket.open(properties(name, s3.endpoint()), KEY);
    }

    private static BucketProperties properties(String name, URI endpoint) {
        return new BucketProperties(name, endpoint, "", "", true, Duration.ofSeconds(5));
    }

    private static void put(Bucket bucket, String key, String text, @Nullable String encoding)
            throws BucketException {
        bucket.putOnce(key, text.getBytes(UTF_8), new Bucket.Kind("text/html", encoding));
    }
}
