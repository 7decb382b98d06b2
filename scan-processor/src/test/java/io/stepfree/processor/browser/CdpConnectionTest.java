package io.stepfree.processor.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
            try (var connection = CdpConnection.open(address, Duration.ofMinutes(1));
                    Socket silent = accepted.get(1, TimeUnit.MINUTES)) {
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
                                },
                                null);
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
                assertThat(ended.await(1, TimeUnit.MINUTES)).isTrue();
                assertThat(blocked.join(Duration.ofMinutes(1))).isTrue();
                assertThat(locked.join(Duration.ofMinutes(1))).isTrue();
                assertThat(session.isEnded()).isTrue();
                assertThat(silent.isClosed()).isFalse();
            }
        }
    }

    /** Both messages are there before anybody has had time to take over the session. */
    @Test
    void aTabThatIsGoneBeforeItsSessionIsTakenOverFailsItsCommandsAtOnce() throws Exception {
        talk((connection, browser) -> {
            var told = new CompletableFuture<CdpException>();
            var attached = CompletableFuture.supplyAsync(() -> attach(connection, told::complete));
            await(browser, "Target.attachToTarget");
            browser.write(
                    message("{\"id\":1,\"result\":{\"sessionId\":\"S\"}}"),
                    message(
                            "{\"method\":\"Target.detachedFromTarget\",\"params\":{\"sessionId\":\"S\"}}"));
            CdpSession session = attached.get(1, TimeUnit.MINUTES);
            assertThat(told.get(1, TimeUnit.MINUTES)).isInstanceOf(CdpException.TargetClosed.class);
            assertThatThrownBy(() -> session.call("Page.enable", Map.of(), Duration.ofMinutes(1)))
                    .isInstanceOf(CdpException.TargetClosed.class);
        });
    }

    @Test
    void anAnswerThatCannotBeReadFailsItsCommand() throws Exception {
        talk((connection, browser) -> {
            var answer = connection.browser().send("Deep", Map.of());
            await(browser, "Deep");
            browser.write(
                    message("{\"id\":1,\"result\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}"));
            assertThatThrownBy(() -> answer.get(1, TimeUnit.MINUTES))
                    .hasCauseInstanceOf(CdpException.Refused.class);
        });
    }

    @Test
    void aBrowserThatSaysNothingIsNotWaitedForLongerThanAsked() throws Exception {
        talk((connection, _) ->
                assertThatThrownBy(() ->
                                connection
                                        .browser()
                                        .call(
                                                "Browser.getVersion",
                                                Map.of(),
                                                Duration.ofMillis(100)))
                        .isInstanceOf(CdpException.NoAnswer.class));
    }

    @Test
    void aListenerThatFailsKeepsNobodyFromHearingOfTheEnd() throws Exception {
        talk((connection, _) -> {
            var told = new CompletableFuture<CdpException>();
            CdpSession bad =
                    connection.adopt(
                            "bad",
                            "target-1",
                            listener(_ -> {
                                throw new IllegalStateException("on purpose");
                            }),
                            null);
            connection.adopt("good", "target-2", listener(told::complete), null);
            var answer = bad.send("Page.enable", Map.of());
            connection.close(new CdpException.MemoryExceeded("too much"));
            assertThat(told.get(1, TimeUnit.MINUTES)).hasMessage("too much");
            assertThatThrownBy(() -> answer.get(1, TimeUnit.MINUTES))
                    .hasCauseInstanceOf(CdpException.MemoryExceeded.class);
            assertThat(connection.lost()).isDone();
        });
    }

    /** A worker or a frame of a tab that is closed is not always told of. */
    @Test
    void whatCameWithASessionEndsWithIt() throws Exception {
        talk((connection, browser) -> {
            CdpSession tab = connection.adopt("tab", "target-1", listener(_ -> {}), null);
            var told = new CompletableFuture<CdpException>();
            CdpSession frame = tab.adopt("frame", "target-2", listener(told::complete));
            CdpSession worker = frame.adopt("worker", "target-3", listener(_ -> {}));
            browser.write(
                    message(
                            "{\"method\":\"Target.detachedFromTarget\",\"params\":{\"sessionId\":\"tab\"}}"));
            assertThat(told.get(1, TimeUnit.MINUTES)).isInstanceOf(CdpException.TargetClosed.class);
            Awaitility.await().until(worker::isEnded);
            assertThat(tab.adopt("late", "target-4", listener(_ -> {})).isEnded()).isTrue();
        });
    }

    private interface Talk {
        void with(CdpConnection connection, Peer browser) throws Exception;
    }

    /** The other end of a connection. */
    private record Peer(Socket socket) {

        void write(byte[]... messages) throws IOException {
            var all = new java.io.ByteArrayOutputStream();
            for (byte[] message : messages) {
                all.writeBytes(message);
            }
            socket.getOutputStream().write(all.toByteArray());
        }
    }

    private static void talk(Talk talk) throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var accepted = CompletableFuture.supplyAsync(() -> shakeHands(server));
            var address = URI.create("ws://127.0.0.1:%d/".formatted(server.getLocalPort()));
            try (var connection = CdpConnection.open(address, Duration.ofMinutes(1));
                    Socket socket = accepted.get(1, TimeUnit.MINUTES)) {
                talk.with(connection, new Peer(socket));
            }
        }
    }

    /** Until a whole command has come; what is in it is masked, and known anyway. */
    private static void await(Peer browser, String command) throws IOException {
        int least = command.length();
        Awaitility.await().until(() -> browser.socket().getInputStream().available() > least);
    }

    /** An unmasked text frame (RFC 6455, section 5.2). */
    private static byte[] message(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var frame = new java.io.ByteArrayOutputStream();
        frame.write(0x81);
        if (bytes.length < 126) {
            frame.write(bytes.length);
        } else {
            frame.write(126);
            frame.write(bytes.length >> 8);
            frame.write(bytes.length);
        }
        frame.writeBytes(bytes);
        return frame.toByteArray();
    }

    private static CdpSession attach(
            CdpConnection connection, java.util.function.Consumer<CdpException> ended) {
        try {
            return connection.attach("target", listener(ended), Duration.ofMinutes(1));
        } catch (CdpException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CdpSession.Listener listener(java.util.function.Consumer<CdpException> ended) {
        return new CdpSession.Listener() {
            @Override
            public void happened(String method, JsonNode parameters) {}

            @Override
            public void ended(CdpException why) {
                ended.accept(why);
            }
        };
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
