package io.stepfree.printing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.stepfree.reporting.format.Printer;
import io.stepfree.reporting.format.PrintingException;
import io.stepfree.reporting.format.PrintingException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of the browser, in good and in bad days. */
class ChromePrinterTest {

    private static final PrintingBrowser BROWSER = PrintingBrowser.find("", "", true).orElseThrow();
    private static final String PAGE = "<!DOCTYPE html><html lang=en><title>A</title><p>A page";

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        assertThat(folders()).isEmpty();
        assertThat(
                        ProcessHandle.current()
                                .descendants()
                                .filter(process ->
                                        process.info()
                                                .commandLine()
                                                .orElse("")
                                                .contains("print-to-pdf")))
                .isEmpty();
    }

    @Test
    void aPageIsPrinted() throws IOException {
        var out = new ByteArrayOutputStream();
        printer(BROWSER, limits(60)).print(html(PAGE), Instant.EPOCH, out);

        assertThat(out.toString(StandardCharsets.ISO_8859_1)).startsWith("%PDF-");
        assertThat(PdfUa.faults(out.toByteArray())).isEmpty();
    }

    @Test
    void aPageReachesNeitherTheNetworkNorAScript() throws IOException {
        var asked = new AtomicInteger();
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    asked.incrementAndGet();
                    exchange.close();
                });
        server.start();
        try {
            int port = server.getAddress().getPort();
            print(
                    PAGE
                            + "<img alt=a src=http://127.0.0.1:%1$d/><img alt=b src=http://localhost:%1$d/><link rel=stylesheet href=http://[::1]:%1$d/>"
                                    .formatted(port));
        } finally {
            server.stop(0);
        }
        assertThat(asked).hasValue(0);
    }

    @Test
    void aBrowserThatHangsIsEndedAtTheDeadline() throws IOException {
        var hanging = script("sleep 600 & sleep 600");

        assertRefused(
                () -> printer(hanging, limits(1)).print(html(PAGE), Instant.EPOCH, nowhere()),
                Reason.TOO_LARGE,
                "longer than the 1 s");
    }

    @Test
    void aBrowserThatEndsWithoutADocumentFailed() throws IOException {
        assertRefused(
                () ->
                        printer(script("echo dead; exit 1"), limits(60))
                                .print(html(PAGE), Instant.EPOCH, nowhere()),
                Reason.FAILED,
                "without a document");
    }

    @Test
    void aDocumentThatGrowsTooLargeIsEnded() throws IOException {
        var growing =
                script(
                        "for a; do case $a in --print-to-pdf=*) cat /dev/zero > ${a#*=};; esac; done");

        assertRefused(
                () -> printer(growing, limits(60)).print(html(PAGE), Instant.EPOCH, nowhere()),
                Reason.TOO_LARGE,
                "As a PDF");
    }

    @Test
    void aPageThatIsTooLongIsNotEvenBegun() {
        assertRefused(
                () ->
                        printer(BROWSER, limits(1))
                                .print(html("x".repeat(200_000)), Instant.EPOCH, nowhere()),
                Reason.TOO_LARGE,
                "As a page it is longer than the 100 KB");
    }

    @Test
    void whoFindsNoTurnIsToldSoAndTheOneBeforeIsNot() throws Exception {
        var printer = printer(BROWSER, limits(60));
        var begun = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        Thread first =
                Thread.startVirtualThread(() -> {
                    try {
                        printer.print(
                                out -> {
                                    begun.countDown();
                                    try {
                                        go.await();
                                    } catch (InterruptedException _) {
                                        throw new InterruptedIOException();
                                    }
                                    html(PAGE).writeTo(out);
                                },
                                Instant.EPOCH,
                                nowhere());
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
        begun.await();
        assertRefused(
                () -> printer.print(html(PAGE), Instant.EPOCH, nowhere()), Reason.BUSY, "at once");
        go.countDown();
        first.join();
    }

    @Test
    void whoGoesLeavesNothingBehind() {
        assertThatThrownBy(() ->
                        printer(BROWSER, limits(60))
                                .print(
                                        html(PAGE),
                                        Instant.EPOCH,
                                        new OutputStream() {
                                            @Override
                                            public void write(int one) throws IOException {
                                                throw new IOException("gone");
                                            }
                                        }))
                .hasMessage("gone");
    }

    @Test
    void whoIsInterruptedLeavesNothingBehind() throws Exception {
        var hanging = printer(script("sleep 600"), limits(60));
        Thread waiting =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                hanging.print(html(PAGE), Instant.EPOCH, nowhere());
                            } catch (IOException _) {
                                // It says that it was interrupted.
                            }
                        });
        while (ProcessHandle.current().children().noneMatch(ChromePrinterTest::sleeps)) {
            Thread.onSpinWait();
        }
        waiting.interrupt();
        waiting.join();
        assertThat(ProcessHandle.current().children().filter(ChromePrinterTest::sleeps)).isEmpty();
    }

    @Test
    void withoutABrowserItSaysWhatToInstall() {
        assertRefused(
                () -> Printer.none().print(html(PAGE), Instant.EPOCH, nowhere()),
                Reason.NO_BROWSER,
                "chromium-headless-shell");
    }

    private static boolean sleeps(ProcessHandle process) {
        return process.info().commandLine().orElse("").contains("sleep 600")
                || process.info().commandLine().orElse("").contains("browser.sh");
    }

    private static void print(String page) throws IOException {
        printer(BROWSER, limits(60)).print(html(page), Instant.EPOCH, nowhere());
    }

    private interface Printing {
        void run() throws IOException;
    }

    private static void assertRefused(Printing printing, Reason reason, String message) {
        assertThatThrownBy(printing::run)
                .isInstanceOfSatisfying(
                        PrintingException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason))
                .hasMessageContaining(message);
    }

    private PrintingBrowser script(String line) throws IOException {
        // Nobody has to reach it, when this is root.
        Path outside = Files.createTempDirectory("stepfree-print-test-");
        outside.toFile().deleteOnExit();
        Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path program =
                Files.writeString(outside.resolve("browser.sh"), "#!/bin/sh\n" + line + "\n");
        program.toFile().deleteOnExit();
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new PrintingBrowser(program, true);
    }

    private static ChromePrinter printer(PrintingBrowser browser, PrintLimits limits) {
        return new ChromePrinter(browser, limits);
    }

    private static PrintLimits limits(int seconds) {
        return new PrintLimits(
                1, Duration.ofMillis(100), Duration.ofSeconds(seconds), 100_000, 1_000_000);
    }

    private static Printer.Html html(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static OutputStream nowhere() {
        return OutputStream.nullOutputStream();
    }

    private static List<Path> folders() throws IOException {
        String own = "stepfree-browser-%d-".formatted(ProcessHandle.current().pid());
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(path -> path.getFileName().toString().startsWith(own)).toList();
        }
    }
}
