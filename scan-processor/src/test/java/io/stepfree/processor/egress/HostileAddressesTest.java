package io.stepfree.processor.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import io.stepfree.processor.scan.PageScanner;
import io.stepfree.processor.scan.ScanOutcome;
import io.stepfree.processor.scan.SideBySide;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/**
 * Addresses that turn out to be others than they look. The proxy, the browser and the victim are
 * real; only the name server is a table. docs/hostile-inputs.md lists the rows.
 */
class HostileAddressesTest {

    private static final AtomicInteger cases = new AtomicInteger();

    private static Scans scans;

    @BeforeAll
    static void start() throws IOException {
        scans = new Scans();
    }

    @AfterAll
    static void stop() throws IOException {
        scans.close();
    }

    @AfterEach
    void nothingReachedTheVictim() throws InterruptedException {
        scans.assertUnharmed();
    }

    @Test
    @DisplayName("S31 a public name that resolves to loopback is refused")
    void aNameThatResolvesToLoopbackIsRefused() throws InterruptedException {
        scans.egress.name("public.test", "127.0.0.1");
        assertRefused("http://public.test:%d/", "resolves to 127.0.0.1");
        assertRefused("https://public.test:%d/", "resolves to 127.0.0.1");
    }

    @Test
    @DisplayName("S32 a name with a public and a private address is refused whole")
    void aPrivateAddressAmongPublicOnesIsEnough() throws InterruptedException {
        scans.egress.name("both.test", "8.8.8.8", "127.0.0.1");
        assertRefused("http://both.test:%d/", "resolves to 127.0.0.1");
        scans.egress.name("six.test", "2606:4700::1111", "::ffff:127.0.0.1");
        assertRefused("http://six.test:%d/", "resolves to 127.0.0.1");
        scans.egress.name("nat.test", "64:ff9b::7f00:1");
        assertRefused("http://nat.test:%d/", "not a public address");
    }

    @Test
    @DisplayName("S33 a name that changes its address after it was judged gets nobody anywhere")
    void aReboundNameIsNotAskedForAgain() throws Exception {
        int port = scans.pages.port();
        var lookups = new AtomicInteger();
        scans.egress.name(
                "rebound.test",
                host ->
                        new InetAddress[] {
                            InetAddress.ofLiteral(
                                    lookups.incrementAndGet() == 1 ? "127.0.0.1" : "127.0.0.2")
                        });
        scans.pages.html(
                "/rebinds",
                Scans.GOOD
                        + "<script>for (let i = 0; i < 12; i++) fetch('/good?' + i, {cache:"
                        + " 'no-store'})</script>");
        try (var elsewhere = Victim.at("127.0.0.2", port)) {
            String url = "http://rebound.test:%d/rebinds".formatted(port);
            PageResult page = scans.completed(url);
            assertThat(page.getWarnings()).isEmpty();
            assertThat(lookups).hasValue(1);
            assertThat(scans.failure(url).getType()).isEqualTo(FailureType.UNSAFE_TARGET);
            assertThat(elsewhere.reached()).isZero();
        }
    }

    @Test
    @DisplayName("S34 a name that leads to the metadata service is refused")
    void aNameThatLeadsToMetadataIsRefused() throws InterruptedException {
        scans.egress.name("alias.test", "169.254.169.254");
        assertRefused("http://alias.test/", "resolves to 169.254.169.254");
        assertRefused("http://metadata.google.internal/", "not a public name");
    }

    @Test
    @DisplayName("S35 a name without an address is a DNS failure")
    void aNameWithoutAnAddressIsADnsFailure() throws InterruptedException {
        for (String url : List.of("http://nothing.test/", "https://nothing.test/")) {
            Failure failure = scans.failure(url);
            assertThat(failure.getType()).isEqualTo(FailureType.DNS);
            assertThat(failure.getMessage())
                    .isEqualTo("The host name nothing.test could not be resolved");
        }
        String led = redirects("/to-nothing", "http://nothing.test/");
        assertThat(scans.failure(led).getType()).isEqualTo(FailureType.DNS);
    }

    @Test
    @DisplayName("S35 a name server that does not answer is a timeout, and holds nobody else up")
    void aNameServerThatDoesNotAnswerIsATimeout() throws Exception {
        var release = new CountDownLatch(1);
        scans.egress.name("slow.test", host -> awaited(release, host));
        scans.pages.html("/around-slow", Scans.GOOD + "<img alt=x src='http://slow.test/x.png'>");
        Thread other;
        try (var patient =
                scans.egress.allowing(
                        List.of("127.0.0.1:" + scans.pages.port()),
                        new EgressProperties(
                                DataSize.ofMegabytes(1),
                                DataSize.ofMegabytes(1),
                                100,
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(2)),
                        8080)) {
            PageScanner scanner = scans.scanner(patient);
            other =
                    Thread.ofVirtual()
                            .start(() -> unchecked(() -> scans.scan(scanner, "http://slow.test/")));
            await().until(() -> scans.egress.asked().contains("slow.test"));
            assertThat(scans.scan(scanner, scans.pages.address("/good")))
                    .isInstanceOf(ScanOutcome.Completed.class);
            assertThat(other.isAlive()).as("it waits, and alone").isTrue();
            assertThat(scans.failure("http://slow.test/").getType()).isEqualTo(FailureType.TIMEOUT);
            scans.completed(scans.pages.address("/around-slow"));
        } finally {
            release.countDown();
        }
        other.join();
    }

    @Test
    @DisplayName("S36 a redirect to an internal address is refused before it is followed")
    void aRedirectInwardsIsRefused() throws InterruptedException {
        assertRefused(redirects("/302", inwards()), "not a public address");
        assertRefused(
                redirects("/302-tls", "https://%s/".formatted(scans.victim.host())),
                "not a public address");
    }

    @Test
    @DisplayName("S37 nineteen hops, a 307 and a Refresh header lead nowhere either")
    void theLastOfManyHopsIsRefused() throws InterruptedException {
        String next = inwards();
        for (int i = 19; i > 0; i--) {
            next = redirects("/hop" + i, next);
        }
        assertRefused(next, "not a public address");
        assertRefused(
                scans.pages.answer("/307", exchange -> redirect(exchange, 307, inwards())),
                "not a public address");
        assertRefused(
                scans.pages.answer(
                        "/refresh",
                        exchange -> {
                            exchange.getResponseHeaders().set("Refresh", "0; url=" + inwards());
                            exchange.getResponseHeaders().set("Content-Type", "text/html");
                            exchange.sendResponseHeaders(200, 0);
                            exchange.getResponseBody()
                                    .write(
                                            Scans.GOOD.getBytes(
                                                    java.nio.charset.StandardCharsets.UTF_8));
                        }),
                "not a public address");
    }

    @Test
    @DisplayName("S38 a page that goes inwards by itself is refused, whatever the way")
    void aPageThatGoesInwardsByItselfIsRefused() {
        SideBySide.each(
                List.of(
                        "<meta http-equiv=refresh content='0;url=%s'>",
                        "<script>location = '%s'</script>",
                        "<script>onload = () => location.replace('%s')</script>",
                        "<form id=f method=post action='%s'></form><script>f.submit()</script>"),
                way ->
                        assertRefused(
                                scans.pages.html(
                                        fresh("/goes"), Scans.GOOD + way.formatted(inwards())),
                                "not a public address"));
    }

    @Test
    @DisplayName("S39 a redirect off the web is refused")
    void aRedirectOffTheWebIsRefused() {
        SideBySide.each(
                List.of("file:///etc/passwd", "data:text/html,<h1>x</h1>", "chrome://version/"),
                to -> {
                    Failure failure = scans.failure(redirects(fresh("/off"), to));
                    assertThat(failure.getType()).isEqualTo(FailureType.UNSAFE_TARGET);
                    assertThat(failure.getMessage()).doesNotContain("root:");
                });
    }

    @Test
    @DisplayName("S23 a page cannot leave the web")
    void aPageCannotLeaveTheWeb() {
        SideBySide.each(
                List.of(
                        "file:///etc/passwd",
                        "\\\\\\\\localhost\\\\etc\\\\passwd",
                        "chrome://version/"),
                to -> {
                    String url =
                            scans.pages.html(
                                    fresh("/leaves"),
                                    Scans.GOOD + "<script>location = '%s'</script>".formatted(to));
                    switch (scans.scan(scans.scanner, url)) {
                        case ScanOutcome.Completed(PageResult page) ->
                                assertThat(page.getTitle()).isEqualTo("Good");
                        case ScanOutcome.Failed(Failure failure) ->
                                assertThat(failure.getType())
                                        .isIn(
                                                FailureType.NAVIGATION,
                                                FailureType.UNSAFE_TARGET,
                                                FailureType.DNS);
                    }
                });
    }

    @Test
    @DisplayName("S40 an endless redirect is a navigation failure")
    void anEndlessRedirectIsANavigationFailure() throws InterruptedException {
        assertThat(scans.failure(redirects("/round", "/round")).getType())
                .isEqualTo(FailureType.NAVIGATION);
    }

    @Test
    void aPortThatIsNotScannedIsRefused() throws InterruptedException {
        scans.egress.name("ports.test", "8.8.8.8");
        assertRefused(redirects("/port", "http://ports.test:6379/"), "port 6379 is not one");
    }

    @Test
    void aScanThatDrawsTooMuchIsCutOff() throws InterruptedException {
        scans.pages.answer(
                "/flood",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "text/css");
                    exchange.sendResponseHeaders(200, 0);
                    byte[] block = new byte[100_000];
                    for (int i = 0; i < 1_000; i++) {
                        exchange.getResponseBody().write(block);
                    }
                });
        String url =
                scans.pages.html("/floods", Scans.GOOD + "<link rel=stylesheet href='/flood'>");
        try (var tight =
                scans.egress.allowing(
                        List.of("127.0.0.1:" + scans.pages.port()),
                        TestEgress.limits(DataSize.ofMegabytes(1)),
                        8080)) {
            Failure failure = scans.failure(scans.scanner(tight), url);
            assertThat(failure.getType()).isEqualTo(FailureType.RESOURCE_LIMIT);
            assertThat(failure.getMessage()).contains("more than");
        }
    }

    /** A path that nobody else has. */
    private static String fresh(String path) {
        return path + cases.incrementAndGet();
    }

    private static String inwards() {
        return "http://%s/secret".formatted(scans.victim.host());
    }

    private static void assertRefused(String url, String reason) throws InterruptedException {
        Failure failure = scans.failure(url.formatted(scans.victim.port()));
        assertThat(failure.getType()).as(failure.getMessage()).isEqualTo(FailureType.UNSAFE_TARGET);
        assertThat(failure.getMessage()).contains(reason);
    }

    private static String redirects(String path, String to) {
        return scans.pages.answer(path, exchange -> redirect(exchange, 302, to));
    }

    private static void redirect(HttpExchange exchange, int status, String to) throws IOException {
        exchange.getResponseHeaders().set("Location", to);
        exchange.sendResponseHeaders(status, -1);
    }

    private static InetAddress[] awaited(CountDownLatch release, String host)
            throws UnknownHostException {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new UnknownHostException(host);
    }

    private interface Step {
        Object run() throws InterruptedException;
    }

    private static void unchecked(Step step) {
        try {
            step.run();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
