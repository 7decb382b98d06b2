package io.stepfree.processor.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class CdpConnectionTest {

    /** As a tab's watch does: it locks to hear that the session ended, and may send meanwhile. */
    @Test
    void aBrowserThatTakesNothingMoreEndsTheConnectionWhileAListenerWaitsToSend() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var accepted = CompletableFuture.supplyAsync(() -> shakeHands(server));
            var address = URI.create("ws://127.0.0.1:%d/".formatted(server.getLocalPort()));
            try (var connection = CdpConnection.open(address, Duration.ofSeconds(5));
                    Socket silent = accepted.get(5, TimeUnit.SECONDS)) {
                var lock = new ReentrantLock();
                var ended = new CountDownLatch(1);
                CdpSession session =
                        connection.adopt(
                                "session",
                                "target",
                                new CdpSession.Listener() {
                                    @Override
                                    public void happened(String method, JsonNode parameters) {}

                                    @Override
                                    public void ended(CdpException why) {
                                        lock.lock();
                                        try {
                                            ended.countDown();
                                        } finally {
                                            lock.unlock();
                                        }
                                    }
                                });
                Thread blocked =
                        Thread.ofVirtual()
                                .start(() -> {
                                    var _ =
                                            session.send(
                                                    "Big",
                                                    Map.of("text", "x".repeat(64 * 1024 * 1024)));
                                });
                Awaitility.await().until(() -> blocked.getState() == Thread.State.WAITING);
                Thread locked =
                        Thread.ofVirtual()
                                .start(() -> {
                                    lock.lock();
                                    try {
                                        var _ = session.send("Small", Map.of());
                                    } finally {
                                        lock.unlock();
                                    }
                                });
                assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(blocked.join(Duration.ofSeconds(5))).isTrue();
                assertThat(locked.join(Duration.ofSeconds(5))).isTrue();
                assertThat(session.isEnded()).isTrue();
                assertThat(silent.isClosed()).isFalse();
            }
        }
    }

    /** Becomes a WebSocket (RFC 6455, section 4.2.2) from which nobody reads. */
    private static Socket shakeHands(ServerSocket server) {
        try {
            Socket socket = server.accept();
            var reader =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            String key = "";
            for (String line = reader.readLine();
                    line != null && !line.isEmpty();
                    line = reader.readLine()) {
                if (line.regionMatches(true, 0, "Sec-WebSocket-Key:", 0, 18)) {
                    key = line.substring(18).strip();
                }
            }
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest(
                                    (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream()
                    .write(
                            ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                                            + Base64.getEncoder().encodeToString(digest)
                                            + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            return socket;
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
