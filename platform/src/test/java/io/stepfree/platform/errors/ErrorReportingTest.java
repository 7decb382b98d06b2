package io.stepfree.platform.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.fixture.SampleAttempt;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Errors that nobody caught, here received as Sentry does: envelopes over HTTP. */
final class ErrorReportingTest {

    private static final ServiceIdentity SERVICE =
            new ServiceIdentity("scan-processor", "scan-processor-1", "1.2.3", Instant.EPOCH);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> envelopes = new CopyOnWriteArrayList<>();
    private HttpServer sentry;

    @BeforeEach
    void start() throws IOException {
        sentry = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        sentry.createContext("/api/7/envelope/", this::take);
        sentry.start();
    }

    @AfterEach
    void stop() {
        sentry.stop(0);
    }

    @Test
    void whatAThreadDiesOfIsCountedAndReachesSentryWithItsRequest() throws Exception {
        UnhandledErrors errors = UnhandledErrors.install(meters);
        try (var _ = SentryReporting.of(new SentryProperties(dsn(), "test"), SERVICE)) {
            var id = RequestId.saneOr("the-request");
            Thread dying =
                    Thread.ofPlatform()
                            .start(() ->
                                    RequestContext.<RuntimeException>run(
                                            id,
                                            SampleAttempt.of("the-scan"),
                                            () -> {
                                                errors.uncaughtException(
                                                        Thread.currentThread(),
                                                        new IllegalStateException("the roof fell"));
                                            }));
            dying.join();
            Thread uncaught =
                    Thread.ofPlatform()
                            .name("unlucky")
                            .start(() -> {
                                throw new IllegalStateException("the floor broke");
                            });
            uncaught.join();
            await().atMost(PATIENCE)
                    .until(() ->
                            envelopes.stream().anyMatch(one -> one.contains("the roof fell"))
                                    && envelopes.stream()
                                            .anyMatch(one -> one.contains("the floor broke")));
        } finally {
            errors.uninstall();
        }
        assertThat(envelopes)
                .filteredOn(one -> one.contains("the roof fell"))
                .first()
                .asString()
                .contains("\"requestId\":\"the-request\"")
                .contains("\"scanId\":\"the-scan\"")
                .contains("\"service\":\"scan-processor\"")
                .contains("stepfree@1.2.3")
                .contains("IllegalStateException");
        assertThat(meters.get(OwnMeter.ERRORS_UNHANDLED.meterName()).counter().count())
                .isEqualTo(2);
    }

    @Test
    void withoutADsnNothingIsSent() {
        UnhandledErrors errors = UnhandledErrors.install(meters);
        try (var _ = SentryReporting.of(new SentryProperties("", "test"), SERVICE)) {
            errors.uncaughtException(Thread.currentThread(), new IllegalStateException("quiet"));
        } finally {
            errors.uninstall();
        }
        assertThat(io.sentry.Sentry.isEnabled()).isFalse();
        assertThat(envelopes).isEmpty();
        assertThat(meters.get(OwnMeter.ERRORS_UNHANDLED.meterName()).counter().count())
                .isEqualTo(1);
    }

    @Test
    void aDsnThatIsNoneIsRefusedByTheNameOfItsSettingAndNotRepeated() {
        assertThatThrownBy(() ->
                        SentryReporting.of(
                                new SentryProperties("not-a-secret-dsn", "test"), SERVICE))
                .isInstanceOf(CannotStartException.class)
                .hasMessageStartingWith("stepfree.sentry.dsn is no DSN; copy the one")
                .hasMessageNotContaining("not-a-secret-dsn");
        assertThat(new SentryProperties("https://key@sentry.example/1", "test").toString())
                .doesNotContain("key");
    }

    private String dsn() {
        return "http://key@127.0.0.1:%d/7".formatted(sentry.getAddress().getPort());
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean zipped =
                    "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            byte[] text =
                    zipped
                            ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes()
                            : body;
            envelopes.add(new String(text, StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
        }
    }
}
