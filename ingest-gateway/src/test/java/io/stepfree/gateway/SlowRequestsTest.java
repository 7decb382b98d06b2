package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Whoever sends a byte now and then holds nothing for long, and nobody else waits for them. The
 * bounds are shorter than by default, so that the tests are quick.
 */
@ExtendWith(GatewayExtension.class)
final class SlowRequestsTest {

    private static final Duration BETWEEN_BYTES = Duration.ofMillis(200);
    private static final Duration GIVEN_UP = Duration.ofSeconds(15);

    private static RunningGateway gateway;

    @BeforeAll
    static void hurry(RunningGateway shared) {
        gateway =
                shared.beside(
                        "--stepfree.gateway.edge.head-timeout=1s",
                        "--stepfree.gateway.edge.body-timeout=1500ms",
                        "--server.tomcat.connection-timeout=1s");
    }

    @AfterAll
    static void stop() {
        gateway.stopGateway();
    }

    @Test
    @DisplayName("S51: a head that drips is answered with 408, and others are served meanwhile")
    void s51AHeadThatDrips() throws Exception {
        String answer = drip("GET /api/scans HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", "a", true);

        Answer.parse(answer).problem(408, "head-too-slow");
        assertThat(Answer.parse(answer).header("Connection")).isEqualTo("close");
        assertThat(Answer.parse(answer).header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    @DisplayName("S51: a head that drips on a connection that was used before is answered with 408")
    void s51AHeadThatDripsOnAKeptConnection() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(ascii("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            out.flush();
            assertThat(readUntil(socket, "0\r\n\r\n")).startsWith("HTTP/1.1 200");
            // What is idle between two requests is not late.
            Thread.sleep(Duration.ofMillis(1_500));

            String answer = drip(socket, "GET /livez HTTP/1.1\r\nHost: ", "a", false);

            Answer.parse(answer).problem(408, "head-too-slow");
        }
    }

    @Test
    @DisplayName("S51: a body that drips is answered with 408, and others are served meanwhile")
    void s51ABodyThatDrips() throws Exception {
        String answer =
                drip(
                        "POST /api/scans HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
                        " ",
                        true);

        Answer.parse(answer).problem(408, "body-too-slow");
    }

    @Test
    @DisplayName("S51: a body that drips and that nobody reads holds the connection no longer")
    void s51ABodyThatNobodyReads() throws Exception {
        long started = System.nanoTime();
        String answer =
                drip(
                        "POST /nothing/here HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
                        " ",
                        false);

        Answer.parse(answer).problem(404, "not-found");
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(GIVEN_UP);
    }

    @Test
    @DisplayName("S51: a body that stops in the middle is answered with 408")
    void s51ABodyThatStops() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(
                            ascii(
                                    "POST /api/scans HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"));
            socket.getOutputStream().flush();

            Answer.parse(rest(socket)).problem(408, "body-too-slow");
        }
    }

    @Test
    @DisplayName("S51: a connection that says nothing at all is closed")
    void s51AConnectionThatSaysNothing() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(20_000);

            assertThat(rest(socket)).isEmpty();
        }
    }

    @Test
    void aRequestWithAHundredHeadersIsServedAndOneWithMoreRefused() throws IOException {
        String start = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

        assertThat(gateway.sendRaw(start + "X-One: 1\r\n".repeat(98) + "\r\n").status())
                .isEqualTo(200);
        gateway.sendRaw(start + "X-One: 1\r\n".repeat(99) + "\r\n").problem(400, "bad-request");
    }

    private static String drip(String start, String drop, boolean othersAsk) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            return drip(socket, start, drop, othersAsk);
        }
    }

    /** Sends the start and then a drop now and then until it is answered and hung up. */
    private static String drip(Socket socket, String start, String drop, boolean othersAsk)
            throws Exception {
        socket.setSoTimeout(20_000);
        OutputStream out = socket.getOutputStream();
        out.write(ascii(start));
        out.flush();
        var dripping =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                while (!Thread.currentThread().isInterrupted()) {
                                    Thread.sleep(BETWEEN_BYTES);
                                    out.write(ascii(drop));
                                    out.flush();
                                }
                            } catch (IOException | InterruptedException _) {
                                // It was hung up, or is over.
                            }
                        });
        if (othersAsk) {
            assertThat(gateway.get("/livez").status()).isEqualTo(200);
            assertThat(gateway.post("/api/scans", "{\"url\": \"https://example.com/\"}").status())
                    .isEqualTo(202);
        }
        String answer = rest(socket);
        dripping.interrupt();
        return answer;
    }

    /** Everything until it is hung up, even if with a reset after the answer. */
    private static String rest(Socket socket) throws IOException {
        var text = new StringBuilder();
        byte[] buffer = new byte[4_096];
        try {
            int read = socket.getInputStream().read(buffer);
            while (read >= 0) {
                text.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
                read = socket.getInputStream().read(buffer);
            }
        } catch (SocketException e) {
            if (text.isEmpty()) {
                throw e;
            }
        }
        return text.toString();
    }

    private static String readUntil(Socket socket, String end) throws IOException {
        var text = new StringBuilder();
        byte[] buffer = new byte[4_096];
        while (text.indexOf(end) < 0) {
            int read = socket.getInputStream().read(buffer);
            assertThat(read).as("hung up after '%s'", text).isPositive();
            text.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
