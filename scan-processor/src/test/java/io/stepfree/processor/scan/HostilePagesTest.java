package io.stepfree.processor.scan;

import static io.stepfree.processor.scan.RunningScanner.GOOD;
import static io.stepfree.processor.scan.RunningScanner.options;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.Screenshots;
import io.stepfree.schemas.scan.Validity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Pages that want to hang, to fill or to fool the worker; docs/hostile-inputs.md lists them. */
class HostilePagesTest {

    private static final int TIMEOUT_MILLIS = 3_000;

    private static final AtomicInteger cases = new AtomicInteger();

    private static RunningScanner scanner;

    @BeforeAll
    static void start() {
        scanner = new RunningScanner();
        scanner.pages.html("/good", GOOD);
    }

    @AfterAll
    static void stop() {
        scanner.close();
    }

    @AfterEach
    void theNextScanIsClean() throws InterruptedException {
        PageResult page = scanner.completed(scanner.pages.address("/good"));
        assertThat(page.getViolations()).isEmpty();
        assertThat(page.getValidity()).isEqualTo(Validity.VALID);
    }

    @Test
    @DisplayName("H1 to H4, H23: what hangs ends at the deadline")
    void whatHangsEndsAtTheDeadline() {
        SideBySide.each(
                List.of(
                        "for (;;);",
                        "onload = () => setTimeout(() => { for (;;); }, 20);",
                        "const flood = () => Promise.resolve().then(flood); flood();",
                        "for (;;) { alert('a'); confirm('b'); prompt('c'); }",
                        "document.body.innerHTML += '<div>'.repeat(300) + '<i>'.repeat(20000); document.head.innerHTML += '<style>' + ':has('.repeat(1) + 'div:has(div:has(div:has(i:last-child)))) i { color: red }</style>'; for (;;) document.body.offsetHeight, document.body.className = document.body.className ? '' : 'x';"),
                script -> {
                    String url =
                            scanner.pages.html(
                                    "/hangs" + cases.incrementAndGet(),
                                    GOOD + "<script>" + script + "</script>");
                    assertThat(endsInTime(url).getType()).isEqualTo(FailureType.TIMEOUT);
                });
    }

    @Test
    @DisplayName("H5: a question before leaving does not keep the page open")
    void aQuestionBeforeLeavingDoesNotKeepThePageOpen() throws InterruptedException {
        String url =
                scanner.pages.html(
                        "/stay",
                        GOOD
                                + "<script>onbeforeunload = (e) => { e.preventDefault(); return 'stay'; };</script>");
        assertThat(scanner.completed(url).getScore()).isEqualTo(100);
    }

    @Test
    @DisplayName("H7: a storm of windows is no harm")
    void aStormOfWindowsIsNoHarm() throws InterruptedException {
        String url =
                scanner.pages.html(
                        "/storm",
                        GOOD
                                + "<script>for (let i = 0; i < 50; i++) open('/good?' + i, '_blank');</script>");
        assertThat(scanner.completed(url).getScore()).isEqualTo(100);
    }

    @Test
    @DisplayName("H8: a page of 200,000 elements is a limit")
    void aPageOfVeryManyElementsIsALimit() throws InterruptedException {
        String url =
                scanner.pages.html(
                        "/very-many",
                        GOOD
                                + "<script>document.body.innerHTML += '<b></b>'.repeat(200000)</script>");
        assertThat(scanner.failure(url).getType()).isEqualTo(FailureType.RESOURCE_LIMIT);
    }

    @Test
    @DisplayName("H10: a page inside itself is scanned as deep as the browser lets it go")
    void aPageInsideItselfIsScanned() throws InterruptedException {
        String url =
                scanner.pages.html(
                        "/itself",
                        "<!doctype html><html lang=en><title>I</title><main><h1>I</h1><iframe title=a src=/itself></iframe><iframe title=b src=/itself></iframe></main></html>");
        PageResult page = scanner.completed(url);
        assertThat(page.getFinalUrl()).isEqualTo(url);
        assertThat(page.getScore()).isNotNull();
    }

    @Test
    @DisplayName("H13: one byte at a time is a timeout")
    void oneByteAtATimeIsATimeout() throws InterruptedException {
        String url =
                scanner.pages.answer(
                        "/drip",
                        exchange -> {
                            exchange.getResponseHeaders().set("Content-Type", "text/html");
                            exchange.sendResponseHeaders(200, 0);
                            for (int i = 0; i < 20; i++) {
                                exchange.getResponseBody().write('<');
                                exchange.getResponseBody().flush();
                                sleep(500);
                            }
                        });
        assertThat(endsInTime(url).getType()).isIn(FailureType.TIMEOUT, FailureType.NAVIGATION);
    }

    @Test
    @DisplayName("H15: a header of 300 kB is a failure")
    void aHugeHeaderIsAFailure() throws InterruptedException {
        String url =
                scanner.pages.answer(
                        "/huge-header",
                        exchange -> {
                            exchange.getResponseHeaders().set("X-Huge", "x".repeat(300_000));
                            exchange.sendResponseHeaders(200, -1);
                        });
        assertThat(scanner.failure(url).getType()).isEqualTo(FailureType.NAVIGATION);
    }

    @Test
    @DisplayName("H17: a password that nobody gave is asked for in vain")
    void aPasswordThatNobodyGaveIsAskedForInVain() throws InterruptedException {
        for (int status : new int[] {401, 407}) {
            String url =
                    scanner.pages.answer(
                            "/asks" + status,
                            exchange -> {
                                exchange.getResponseHeaders()
                                        .set(
                                                status == 401
                                                        ? "WWW-Authenticate"
                                                        : "Proxy-Authenticate",
                                                "Basic realm=\"x\"");
                                exchange.sendResponseHeaders(status, -1);
                            });
            assertThat(scanner.failure(url).getType())
                    .isIn(FailureType.HTTP_ERROR, FailureType.NAVIGATION);
        }
    }

    @Test
    @DisplayName("H22: a picture as large as a city is no harm")
    void aHugePictureIsNoHarm() throws InterruptedException {
        String url =
                scanner.pages.html(
                        "/huge-picture",
                        GOOD.replace(
                                "<p>Fine.</p>",
                                "<svg role=img aria-label=x width=30000 height=30000><rect width=30000 height=30000 /></svg>"));
        assertThat(scanner.completed(url).getViolations()).isEmpty();
    }

    @Test
    @DisplayName("H22: a picture of 900 million dots is not drawn by the browser")
    void aPictureOfTooManyDotsIsNotDrawn() throws Exception {
        PageResult page = scanner.completed(showing(30_000), withPicture());
        assertThat(page.getTitle()).as("the width that the page sees").isEqualTo("0");
        assertThat(page.getViolations()).isEmpty();
        assertThat(page.getScreenshot()).isNotNull();
    }

    @Test
    @DisplayName("H22: a picture that the browser does draw, but not within its memory, is a limit")
    void aPictureThatTakesTooMuchMemoryIsALimit() throws Exception {
        Failure failure = scanner.failure(showing(20_000), withPicture());
        assertThat(failure.getType()).isEqualTo(FailureType.RESOURCE_LIMIT);
        assertThat(failure.getMessage()).contains("of memory");
    }

    @Test
    @DisplayName("H22: an SVG that is small until its entities are written out is no harm")
    void anSvgOfEntitiesIsNoHarm() throws InterruptedException {
        var entities = new StringBuilder("<!ENTITY a0 'ha'>");
        for (int i = 1; i <= 9; i++) {
            entities.append("<!ENTITY a%d '%s'>".formatted(i, "&a%d;".formatted(i - 1).repeat(10)));
        }
        scanner.pages.answer(
                "/laughs.svg",
                200,
                "image/svg+xml",
                "<!DOCTYPE svg [%s]><svg xmlns='http://www.w3.org/2000/svg'><text>&a9;</text></svg>"
                        .formatted(entities));
        String url =
                scanner.pages.html(
                        "/laughs",
                        GOOD.replace(
                                "<p>Fine.</p>",
                                """
                                <img alt=x src=/laughs.svg>
                                <object aria-label=x type=image/svg+xml data=/laughs.svg></object>
                                <iframe title=x src=/laughs.svg></iframe>
                                <svg role=img aria-label=x><image href=/laughs.svg width=9 height=9 /></svg>\
                                """));
        PageResult page = scanner.completed(url, options().setTimeoutMillis(20_000).build());
        assertThat(scanner.pages.asked()).contains("/laughs.svg");
        assertThat(page.getViolations()).isEmpty();
    }

    @Test
    @DisplayName("H24: thousands of violations fit a record and are counted")
    void veryManyViolationsFitARecord() throws Exception {
        String url =
                scanner.pages.html(
                        "/violations",
                        GOOD.replace("<p>Fine.</p>", "<img src=data:,>".repeat(2_000)));
        PageResult page = scanner.completed(url, options().setTimeoutMillis(120_000).build());
        assertThat(page.getViolations().getFirst().getNodeCount()).isEqualTo(2_000);
        assertThat(page.getCut()).isTrue();
        assertThat(page.toByteBuffer().remaining()).isLessThan(900_000);
    }

    @Test
    @DisplayName("H27: a debugger statement stops nothing")
    void aDebuggerStatementStopsNothing() throws InterruptedException {
        String url = scanner.pages.html("/debugger", GOOD + "<script>debugger;</script>");
        assertThat(scanner.completed(url).getScore()).isEqualTo(100);
    }

    @Test
    @DisplayName("H28: a full storage is gone with its scan")
    void aFullStorageIsGoneWithItsScan() throws InterruptedException {
        String url =
                scanner.pages.html(
                        "/storage",
                        GOOD
                                + "<script>try { for (let i = 0; ; i++) localStorage.setItem(i, 'x'.repeat(1e6)); } catch {} document.title = 'kept ' + localStorage.length;</script>");
        assertThat(scanner.completed(url).getTitle()).startsWith("kept");
        String after =
                scanner.pages.html(
                        "/after-storage",
                        GOOD + "<script>document.title = 'found ' + localStorage.length</script>");
        assertThat(scanner.completed(after).getTitle()).isEqualTo("found 0");
    }

    @Test
    @DisplayName("H29: what a page asks a person for is denied and holds nothing up")
    void whatAPageAsksAPersonForIsDenied() throws InterruptedException {
        String url =
                scanner.pages.html(
                        "/asks",
                        GOOD
                                + """
                                <script>
                                navigator.geolocation.getCurrentPosition(() => { document.title = 'granted'; }, () => {});
                                Notification.requestPermission().then((answer) => { if (answer === 'granted') document.title = 'granted'; });
                                navigator.mediaDevices?.getUserMedia({audio: true}).then(() => { document.title = 'granted'; }, () => {});
                                navigator.usb?.requestDevice({filters: []}).then(() => { document.title = 'granted'; }, () => {});
                                </script>\
                                """);
        PageResult page = scanner.completed(url);
        assertThat(page.getTitle()).isEqualTo("Good");
    }

    @Test
    @DisplayName("H31: a thousand pictures that never come are not waited for")
    void aThousandPicturesThatNeverComeAreNotWaitedFor() throws InterruptedException {
        scanner.pages.answer("/never.png", exchange -> sleep(15_000));
        String url =
                scanner.pages.html(
                        "/thousand",
                        GOOD
                                + "<script>for (let i = 0; i < 1000; i++) new Image().src = '/never.png?' + i;</script>");
        PageResult page = scanner.completed(url, options().setTimeoutMillis(12_000).build());
        assertThat(page.getViolations()).isEmpty();
    }

    @Test
    @DisplayName("I8: a page that goes elsewhere while it is scanned is not taken for either")
    void aPageThatGoesElsewhereMeanwhileIsAFailure() throws InterruptedException {
        String url =
                scanner.pages.html(
                        "/restless",
                        GOOD
                                + "<script>let n = 0; setInterval(() => history.pushState(null, '', '/restless?' + n++), 20)</script>");
        Failure failure = scanner.failure(url);
        assertThat(failure.getType()).isEqualTo(FailureType.NAVIGATION);
        assertThat(failure.getMessage()).contains("while it was being scanned");
    }

    @Test
    @DisplayName("H12: a gzip bomb is a limit or a timeout, and never a result")
    void aGzipBombNeverIsAResult() throws IOException, InterruptedException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(
                    "<!doctype html><html lang=en><title>b</title><main>"
                            .getBytes(StandardCharsets.UTF_8));
            byte[] piece = "<b>x</b>".repeat(131_072).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 128; i++) {
                gzip.write(piece);
            }
        }
        byte[] bomb = packed.toByteArray();
        String url =
                scanner.pages.answer(
                        "/bomb",
                        exchange -> {
                            exchange.getResponseHeaders().set("Content-Type", "text/html");
                            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                            exchange.sendResponseHeaders(200, bomb.length);
                            exchange.getResponseBody().write(bomb);
                        });
        Failure failure = scanner.failure(url, options().setTimeoutMillis(20_000).build());
        assertThat(failure.getType())
                .isIn(FailureType.RESOURCE_LIMIT, FailureType.TIMEOUT, FailureType.BROWSER_CRASH);
    }

    private static ScanOptions withPicture() {
        return options().setTimeoutMillis(20_000).setScreenshots(Screenshots.PAGE).build();
    }

    /** A page with a picture so wide and high, which tells how wide the browser takes it to be. */
    private static String showing(int side) throws IOException {
        byte[] picture = picture(side);
        scanner.pages.answer(
                "/huge.png",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "image/png");
                    exchange.sendResponseHeaders(200, picture.length);
                    exchange.getResponseBody().write(picture);
                });
        return scanner.pages.html(
                "/huge",
                GOOD.replace(
                        "<p>Fine.</p>",
                        "<img alt=x src=/huge.png style='width: 800px'><script>onload = () => { document.title = document.images[0].naturalWidth; }</script>"));
    }

    /**
     * A black PNG (ISO/IEC 15948) of one bit a dot, which is small because all of its dots are
     * alike.
     */
    private static byte[] picture(int side) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var deflater = new DeflaterOutputStream(packed, new Deflater(Deflater.BEST_SPEED))) {
            // A filter byte and a bit for each dot.
            byte[] line = new byte[1 + side / 8];
            for (int i = 0; i < side; i++) {
                deflater.write(line);
            }
        }
        var png = new ByteArrayOutputStream();
        png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        chunk(png, "IHDR", ByteBuffer.allocate(13).putInt(side).putInt(side).put((byte) 1).array());
        chunk(png, "IDAT", packed.toByteArray());
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        var checksum = new CRC32();
        checksum.update(name);
        checksum.update(data);
        png.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        png.writeBytes(name);
        png.writeBytes(data);
        png.writeBytes(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
    }

    private static Failure endsInTime(String url) throws InterruptedException {
        Instant start = Instant.now();
        Failure failure = scanner.failure(url, options().setTimeoutMillis(TIMEOUT_MILLIS).build());
        // The deadline and five seconds for clearing up are promised; a busy machine may take more.
        assertThat(Duration.between(start, Instant.now()))
                .isLessThan(Duration.ofMillis(3 * (TIMEOUT_MILLIS + 5_000)));
        return failure;
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
