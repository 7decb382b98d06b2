package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Answers as they come over the wire. */
@ExtendWith(GatewayExtension.class)
final class CompressionTest {

    private static final int SCANS = 500;

    private final RunningGateway gateway;
    private final HttpClient http = HttpClient.newHttpClient();

    CompressionTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @BeforeEach
    void scans() {
        Brotli4jLoader.ensureAvailability();
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute("TRUNCATE reports.scan_status_view");
                    handle.execute(
                            """
                            INSERT INTO reports.scan_status_view (scan_id, request_id, client, url, host, standard,
                                priority, status, attempt, submitted_at, updated_at)
                            SELECT uuidv7()::text, '0b9f6c1e-9a3f-4d0b-8f5e-2f4f5a1d7c33', 'local',
                                   'https://shop-' || i % 20 || '.example/products/' || i, 'shop.example', 'wcag22aa',
                                   'HIGH', 'completed', 1, now() - i * interval '7 s', now() - i * interval '3 s'
                              FROM generate_series(1, ?) AS i
                            """,
                            SCANS);
                });
    }

    @Test
    void aListingOfFiveHundredIsATenthOfItsSize() throws Exception {
        HttpResponse<byte[]> plain = get("/api/scans?limit=500", "identity");
        HttpResponse<byte[]> brotli = get("/api/scans?limit=500", "gzip, deflate, br");
        HttpResponse<byte[]> gzip = get("/api/scans?limit=500", "gzip");

        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(brotli.headers().firstValue("Content-Encoding")).contains("br");
        assertThat(gzip.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(brotli.headers().firstValue("Vary")).contains("Accept-Encoding");
        assertThat(decoded(brotli)).isEqualTo(plain.body());
        try (var decoder = new GZIPInputStream(new ByteArrayInputStream(gzip.body()))) {
            assertThat(decoder.readAllBytes()).isEqualTo(plain.body());
        }
        assertThat(share(brotli, plain)).isLessThan(0.1);
        assertThat(share(gzip, plain)).isLessThan(0.15);
    }

    @Test
    void nothingOfTheLibraryStaysInTheTemporaryFolder() {
        assertThat(Path.of(System.getProperty("brotli4j.library.path"))).doesNotExist();
    }

    @Test
    void aSmallAnswerGoesAsItIs() throws Exception {
        HttpResponse<byte[]> answer = get("/api/scans/no-id", "br");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("not-found");
    }

    @Test
    void whatTheServerItselfRefusesIsReadableToo() throws IOException {
        gateway.sendRaw(
                        "GET /api/{scans} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br\r\nConnection: close\r\n\r\n")
                .problem(400, "bad-request");
    }

    @Test
    void whoWantsNoneOfItCanSwitchItOff() throws Exception {
        RunningGateway plain = gateway.beside("--stepfree.compression.enabled=false");
        try {
            for (String accepted : new String[] {"br", "gzip"}) {
                HttpResponse<byte[]> answer = get(plain, "/api/scans?limit=500", accepted);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
            }
        } finally {
            plain.stopGateway();
        }
    }

    private static byte[] decoded(HttpResponse<byte[]> answer) throws IOException {
        try (var decoder = new BrotliInputStream(new ByteArrayInputStream(answer.body()))) {
            return decoder.readAllBytes();
        }
    }

    private static double share(HttpResponse<byte[]> encoded, HttpResponse<byte[]> plain) {
        return (double) encoded.body().length / plain.body().length;
    }

    private HttpResponse<byte[]> get(String path, String accepted) throws Exception {
        return get(gateway, path, accepted);
    }

    private HttpResponse<byte[]> get(RunningGateway gateway, String path, String accepted)
            throws Exception {
        return http.send(
                gateway.request(path).header("Accept-Encoding", accepted).GET().build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }
}
