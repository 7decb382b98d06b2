package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.schemas.topic.Topics;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A gateway that is stopped finishes what it has begun and begins nothing new. */
@ExtendWith(GatewayExtension.class)
final class StoppingTest {

    private static final String BODY = "{\"url\": \"https://example.com/\"}";

    private static final String GO_ON = "HTTP/1.1 100 \r\n\r\n";

    private final RunningGateway shared;

    StoppingTest(RunningGateway shared) {
        this.shared = shared;
    }

    @Test
    void whatIsUnderWayEndsAndWhatComesIsRefusedUntilThen() throws Exception {
        RunningGateway gateway = shared.beside();
        try (var underWay = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
                var kept = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            begin(underWay);
            write(kept, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
            byte[] first = new byte[4_096];
            assertThat(kept.getInputStream().read(first)).isPositive();

            CompletableFuture<Void> stopping = CompletableFuture.runAsync(gateway::stopServing);
            Awaitility.await().until(() -> gateway.get("/readyz").status() == 503);
            Awaitility.await().until(() -> gateway.get("/api/scans").status() == 503);

            Answer refused = gateway.post("/api/scans", BODY);
            refused.problem(503, "unavailable");
            assertThat(refused.header("Retry-After")).isEqualTo("5");
            assertThat(refused.header("Connection")).isEqualTo("close");
            write(kept, "GET /api/scans HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(rest(kept)).contains("HTTP/1.1 503", "Connection: close");
            assertThat(gateway.get("/livez").status()).isEqualTo(200);
            assertThat(stopping).isNotDone();

            write(underWay, BODY.substring(1));
            assertThat(rest(underWay)).startsWith("HTTP/1.1 202");
            stopping.get(20, TimeUnit.SECONDS);
        } finally {
            gateway.stopGateway();
        }
    }

    @Test
    void whatDoesNotEndInTimeIsCutOff() throws Exception {
        RunningGateway gateway =
                shared.beside(
                        "--stepfree.gateway.edge.drain=1s",
                        "--stepfree.gateway.edge.body-timeout=1m",
                        "--server.tomcat.connection-timeout=1m");
        try (var underWay = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            begin(underWay);
            long started = System.nanoTime();

            gateway.stopServing();

            assertThat(Duration.ofNanos(System.nanoTime() - started))
                    .isBetween(Duration.ofMillis(900), Duration.ofSeconds(20));
            assertThat(rest(underWay)).isEmpty();
        } finally {
            gateway.stopGateway();
        }
    }

    @Test
    void aLiveStreamEndsAndTheStopDoesNotWaitForMore() throws Exception {
        RunningGateway gateway = shared.beside();
        Answer made = gateway.post("/api/scans", BODY);
        String path = "/api/scans/" + made.json().path("id").asString() + "/events";
        try (var reader = EventReader.open(gateway, path)) {
            assertThat(reader.next().name()).isEqualTo("state");
            long started = System.nanoTime();

            gateway.stopServing();

            assertThat(Duration.ofNanos(System.nanoTime() - started))
                    .isLessThan(Duration.ofSeconds(20));
        } finally {
            gateway.stopGateway();
        }
    }

    @Test
    void withANoticeItServesOnWhileReadyzSaysNo() throws Exception {
        RunningGateway gateway = shared.beside("--stepfree.gateway.edge.notice=4s");
        try {
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(gateway::stopServing);
            Awaitility.await().until(() -> gateway.get("/readyz").status() == 503);

            assertThat(gateway.post("/api/scans", BODY).status()).isEqualTo(202);
            stopping.get(30, TimeUnit.SECONDS);
        } finally {
            gateway.stopGateway();
        }
    }

    @Test
    void theOthersHearThatItStops() {
        RunningGateway gateway = shared.beside();
        try (var signals = TopicProbe.of(shared.kafka(), shared.registry(), Topics.OPS_SIGNALS)) {
            String instance = gateway.bean(ServiceIdentity.class).instance();
            gateway.stopServing();

            assertThat(signals.values())
                    .filteredOn(signal -> signal.getInstance().equals(instance))
                    .last()
                    .satisfies(last -> assertThat(last.getStopping()).isTrue());
        } finally {
            gateway.stopGateway();
        }
    }

    /** A request whose body has begun to be read, as the server says when it is asked to. */
    private static void begin(Socket socket) throws IOException {
        write(
                socket,
                "POST /api/scans HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                        .formatted(BODY.length()));
        byte[] asked = socket.getInputStream().readNBytes(GO_ON.length());
        assertThat(new String(asked, StandardCharsets.US_ASCII)).isEqualTo(GO_ON);
        write(socket, BODY.substring(0, 1));
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.setSoTimeout(30_000);
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String rest(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException _) {
            return "";
        }
    }
}
