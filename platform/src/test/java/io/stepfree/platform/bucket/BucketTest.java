package io.stepfree.platform.bucket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.platform.fixture.TestBucket;
import io.stepfree.schemas.ops.HealthState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Against an S3 in memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
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
    void whatIsThereIsLeftWhenItIsWhatItsNameSaysAndIsPutAnewWhenNot(CapturedOutput output)
            throws IOException {
        var kind = new Bucket.Kind("text/html", null);
        try (var bucket = open(TestBucket.NAME)) {
            bucket.putOnce("once/a", "first".getBytes(UTF_8), kind, _ -> false);
            bucket.putOnce("once/a", "second".getBytes(UTF_8), kind, _ -> true);
            assertThat(s3.text("once/a")).isEqualTo("first");
            assertThat(output.getAll()).doesNotContain("once/a");
            bucket.putOnce("once/a", "second".getBytes(UTF_8), kind, _ -> false);
        }
        assertThat(s3.text("once/a")).isEqualTo("second");
        assertThat(output.getAll())
                .contains("s3://reports-of-tests/once/a was not what its name says");
    }

    @Test
    void severalAreDeletedAlsoWhereTheirSumIsAskedForAsInThePast() throws Exception {
        try (var old = new OldS3();
                var bucket = Bucket.open(properties(TestBucket.NAME, old.endpoint()), KEY)) {
            bucket.delete(TestBucket.NAME, List.of("a", "b"));
            assertThat(old.deletes()).hasValue(1);
        }
    }

    @Test
    void anS3ThatCouldNotBeTriedAtTheStartIsTriedBeforeTheFirstReport() throws Exception {
        try (var old = new OldS3();
                var bucket = Bucket.open(properties(TestBucket.NAME, old.endpoint()), KEY)) {
            old.down().set(true);
            bucket.check();
            old.down().set(false);
            for (String time : List.of("first", "second")) {
                assertThatThrownBy(() -> put(bucket, "unsafe/a", "text", null))
                        .as(time)
                        .isInstanceOf(BucketException.class)
                        .hasMessageContaining("does not know conditional writes");
            }
            assertThat(old.puts()).noneMatch(path -> path.contains("unsafe/a"));
        }
    }

    @Test
    void theBucketThatWasAskedIsTheOneThatIsNamed() throws IOException {
        try (var bucket = open(TestBucket.NAME)) {
            assertThatThrownBy(() -> bucket.keys("of-before", "a/"))
                    .isInstanceOf(BucketException.class)
                    .hasMessageStartingWith("There is no bucket of-before at ");
        }
    }

    /** One that knows no conditional writes, and deletes several only with a Content-MD5. */
    private static final class OldS3 implements AutoCloseable {

        private final AtomicBoolean down = new AtomicBoolean();
        private final AtomicInteger deletes = new AtomicInteger();
        private final List<String> puts = new CopyOnWriteArrayList<>();
        private final HttpServer server;

        OldS3() throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", this::answer);
            server.start();
        }

        private void answer(HttpExchange exchange) throws IOException {
            try (exchange) {
                byte[] body = exchange.getRequestBody().readAllBytes();
                if (down.get()) {
                    exchange.sendResponseHeaders(503, -1);
                } else if (exchange.getRequestMethod().equals("PUT")) {
                    puts.add(exchange.getRequestURI().getPath());
                    exchange.sendResponseHeaders(200, -1);
                } else if (!md5(body)
                        .equals(exchange.getRequestHeaders().getFirst("Content-MD5"))) {
                    exchange.sendResponseHeaders(400, -1);
                } else {
                    deletes.incrementAndGet();
                    byte[] done = "<DeleteResult/>".getBytes(UTF_8);
                    exchange.sendResponseHeaders(200, done.length);
                    exchange.getResponseBody().write(done);
                }
            }
        }

        private static String md5(byte[] body) {
            try {
                return Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("MD5").digest(body));
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }

        URI endpoint() {
            return URI.create("http://127.0.0.1:%d".formatted(server.getAddress().getPort()));
        }

        AtomicBoolean down() {
            return down;
        }

        AtomicInteger deletes() {
            return deletes;
        }

        List<String> puts() {
            return puts;
        }

        @Override
        public void close() {
            server.stop(0);
        }
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
        byte[] content = text.getBytes(UTF_8);
        bucket.putOnce(
                key,
                content,
                new Bucket.Kind("text/html", encoding),
                there -> Arrays.equals(content, there));
    }
}
