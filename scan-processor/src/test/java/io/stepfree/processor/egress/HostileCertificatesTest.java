package io.stepfree.processor.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.stepfree.processor.browser.BrowserPrograms;
import io.stepfree.processor.scan.ScanOutcome;
import io.stepfree.schemas.scan.FailureType;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers that cannot be trusted, or that do not trust us. The browser knows an authority of the
 * test's, put into its home by a script in place of its driver; so an expired certificate is
 * expired and nothing else. docs/hostile-inputs.md lists the rows.
 */
class HostileCertificatesTest {

    @TempDir private static Path folder;

    private static TestAuthority authority;
    private static SSLContext good;
    private static Scans scans;

    @BeforeAll
    static void start() throws Exception {
        BrowserPrograms programs = BrowserPrograms.find("", "");
        assumeThat(programs.browser().getFileName().toString())
                .as("a browser that trusts whom the NSS database of its home does")
                .contains("headless-shell");
        authority = new TestAuthority(folder);
        good = authority.issue("IP:127.0.0.1");
        scans = new Scans(new BrowserPrograms(programs.browser(), trusting(programs.driver())));
    }

    @AfterAll
    static void stop() throws IOException {
        if (scans != null) {
            scans.close();
        }
    }

    @AfterEach
    void theNextScanIsClean() throws Exception {
        try (var page = new TlsPage(good, false)) {
            assertThat(scan(page.address()))
                    .isInstanceOfSatisfying(
                            ScanOutcome.Completed.class,
                            completed -> assertThat(completed.page().getViolations()).isEmpty());
        }
    }

    @Test
    @DisplayName("H18: a certificate that has expired is a TLS failure")
    void anExpiredCertificateIsATlsFailure() throws Exception {
        refused(
                authority.issue("IP:127.0.0.1", "-startdate", "-20d", "-validity", "10"),
                "ERR_CERT_DATE_INVALID");
    }

    @Test
    @DisplayName("H18: a certificate of another host is a TLS failure")
    void aCertificateOfAnotherHostIsATlsFailure() throws Exception {
        refused(authority.issue("DNS:other.test"), "ERR_CERT_COMMON_NAME_INVALID");
    }

    @Test
    @DisplayName("H18: a certificate that nobody has signed is a TLS failure")
    void aCertificateThatNobodyHasSignedIsATlsFailure() throws Exception {
        refused(authority.selfSigned("IP:127.0.0.1"), "ERR_CERT_AUTHORITY_INVALID");
    }

    @Test
    @DisplayName("H18: a server that wants to know who asks is a TLS failure")
    void aServerThatDemandsACertificateIsATlsFailure() throws Exception {
        try (var page = new TlsPage(good, true)) {
            isTls(page, "ERR_BAD_SSL_CLIENT_AUTH_CERT");
        }
    }

    @Test
    @DisplayName("H18: a server that does not speak TLS is a TLS failure")
    void aServerThatDoesNotSpeakTlsIsATlsFailure() throws Exception {
        try (var plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerPlainly(plain));
            String url = "https://127.0.0.1:%d/".formatted(plain.getLocalPort());
            isTls(scan(url), url, "ERR_SSL_PROTOCOL_ERROR");
        }
    }

    /** As servers do that are asked in TLS where they speak HTTP. */
    private static void answerPlainly(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                int _ = socket.getInputStream().read();
                socket.getOutputStream()
                        .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                socket.shutdownOutput();
                // Read to the end, so that the answer is not lost in a reset.
                long _ = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException _) {
                // Closed, or a browser that has had enough.
            }
        }
    }

    private static void refused(SSLContext certificate, String error) throws Exception {
        try (var page = new TlsPage(certificate, false)) {
            isTls(page, error);
        }
    }

    private static void isTls(TlsPage page, String error) throws InterruptedException {
        isTls(scan(page.address()), page.address(), error);
        assertThat(page.served()).as("what was asked of the server all the same").isZero();
    }

    private static void isTls(ScanOutcome outcome, String url, String error) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        ScanOutcome.Failed.class,
                        failed -> {
                            assertThat(failed.failure().getType())
                                    .as(failed.failure().getMessage())
                                    .isEqualTo(FailureType.TLS);
                            assertThat(failed.failure().getMessage())
                                    .isEqualTo(
                                            "%s could not be loaded: net::%s"
                                                    .formatted(url, error));
                        });
    }

    private static ScanOutcome scan(String url) throws InterruptedException {
        String host = URI.create(url).getAuthority();
        return scans.scan(scans.scanner(scans.egress.allowing(List.of(host))), url);
    }

    /** A driver that puts our authority into the browser's home before it becomes itself. */
    private static Path trusting(Path driver) throws Exception {
        Path database = Files.createDirectory(folder.resolve("nssdb"));
        try {
            new NssDatabase().create(database, authority.certificate().getEncoded());
        } catch (IllegalArgumentException e) {
            assumeThat(e).as("a machine with NSS").isNull();
        }
        Path script =
                Files.writeString(
                        folder.resolve("chromedriver"),
                        """
                        #!/bin/sh
                        mkdir "$HOME/.pki" && cp -R '%s' "$HOME/.pki/nssdb" && exec '%s' "$@"
                        """
                                .formatted(database, driver));
        // The browser may have to be somebody else.
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.toList()) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        return script;
    }
}
