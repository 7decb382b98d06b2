package io.stepfree.processor.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** The proxy as a client sees it that speaks to it by hand. */
class EgressProxyTest {

    private final TestEgress egress = new TestEgress();
    private final EgressProxy proxy = egress.allowing(List.of("127.0.0.1"));
    private final ScanEgress way = proxy.open();
    private final List<ServerSocket> servers = new ArrayList<>();

    /** What servers were asked, head and body, one entry a connection. */
    private final List<StringBuilder> heard = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws IOException {
        way.close();
        egress.close();
        for (ServerSocket server : servers) {
            server.close();
        }
    }

    @Test
    void aRequestReachesItsServerAsIfThereWereNoProxy() throws Exception {
        int port = server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        try (Socket client = client(way)) {
            send(
                    client,
                    "GET http://127.0.0.1:%d/a?b HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: Basic eA==\r\n\r\n"
                            .formatted(port, port));
            assertThat(receive(client, 2)).endsWith("\r\n\r\nok");
        }
        assertThat(heard.getFirst().toString())
                .startsWith("GET /a?b HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n".formatted(port))
                .doesNotContainIgnoringCase("proxy-")
                .doesNotContainIgnoringCase("via");
    }

    @Test
    void aConnectionServesManyRequestsAndManyServers() throws Exception {
        int one = server("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none");
        int two = server("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo");
        try (Socket client = client(way)) {
            for (int port : List.of(one, one, two)) {
                send(
                        client,
                        "POST http://127.0.0.1:%d/ HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
                                .formatted(port));
                assertThat(receive(client, 3)).endsWith(port == one ? "one" : "two");
            }
        }
        assertThat(heard).hasSize(2);
        assertThat(heard.getFirst().toString().split("body", -1)).hasSize(3);
    }

    @Test
    void aTunnelCarriesBytesAndNothingElse() throws Exception {
        int port = server("pong");
        try (Socket client = client(way)) {
            send(client, "CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: x\r\n\r\n".formatted(port));
            assertThat(receive(client, 0)).startsWith("HTTP/1.1 200 ");
            send(client, "\u0000ping\r\n\r\n");
            assertThat(new String(client.getInputStream().readNBytes(4), StandardCharsets.UTF_8))
                    .isEqualTo("pong");
        }
        assertThat(heard.getFirst().toString()).isEqualTo("\u0000ping\r\n\r\n");
    }

    @Test
    void aRefusedTunnelIsToldAndARefusedRequestGetsNoPage() throws Exception {
        try (Socket client = client(way)) {
            send(client, "CONNECT 10.0.0.1:443 HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(all(client))
                    .startsWith("HTTP/1.1 403 Forbidden\r\nX-Stepfree-Egress: unsafe_target\r\n");
        }
        try (Socket client = client(way)) {
            send(client, "GET http://10.0.0.1/ HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(all(client)).isEmpty();
        }
        assertThat(way.refusals()).isEqualTo(2);
        assertThat(way.refusedTargets()).containsExactly("https://10.0.0.1/", "http://10.0.0.1/");
        assertThat(way.obstacle("http://10.0.0.1/any?thing").orElseThrow().reason())
                .isEqualTo("10.0.0.1 is not a public address");
    }

    @Test
    void theProxysOwnPortsAreNobodysTarget() throws Exception {
        try (ScanEgress other = proxy.open();
                Socket client = client(way)) {
            send(client, "CONNECT %s HTTP/1.1\r\nHost: x\r\n\r\n".formatted(other.proxyServer()));
            assertThat(all(client)).startsWith("HTTP/1.1 403");
        }
    }

    @Test
    void theSamePortOnAnotherAddressIsSomebodyElses() throws Exception {
        try (EgressProxy wide = egress.allowing(List.of("127.0.0.2"));
                ScanEgress visiting = wide.open();
                ScanEgress other = wide.open();
                var site =
                        new ServerSocket(
                                other.proxyAddress().getPort(),
                                1,
                                InetAddress.ofLiteral("127.0.0.2"));
                Socket client = client(visiting)) {
            site.setSoTimeout(5_000);
            String target = "127.0.0.2:" + site.getLocalPort();
            send(client, "CONNECT %s HTTP/1.1\r\nHost: x\r\n\r\n".formatted(target));
            try (Socket connection = site.accept()) {
                connection.close();
            }
            assertThat(all(client)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void whatIsNoRequestToAProxyIsDropped() throws Exception {
        for (String line :
                List.of(
                        "GET / HTTP/1.1",
                        "GET file:///etc/passwd HTTP/1.1",
                        "rubbish",
                        "GET ftp://x/ HTTP/1.1")) {
            try (Socket client = client(way)) {
                send(client, line + "\r\nHost: 127.0.0.1\r\n\r\n");
                assertThat(all(client)).as(line).isEmpty();
            }
        }
    }

    @Test
    void aCutAnswerArrivesCut() throws Exception {
        int port = server("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf", true);
        try (Socket client = client(way)) {
            send(client, "GET http://127.0.0.1:%d/ HTTP/1.1\r\nHost: x\r\n\r\n".formatted(port));
            assertThat(all(client)).endsWith("half");
        }
    }

    @Test
    void aSlowNameAndADeafServerHoldNobodyElseUp() throws Exception {
        egress.name(
                "slow.test",
                host -> {
                    sleep(1_500);
                    return new InetAddress[] {InetAddress.getLoopbackAddress()};
                });
        int port = server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        try (var deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket filler = new Socket();
                Socket filler2 = new Socket();
                Socket slow = client(way);
                Socket stuck = client(way);
                ScanEgress other = proxy.open();
                Socket client = client(other)) {
            filler.connect(deaf.getLocalSocketAddress());
            filler2.connect(deaf.getLocalSocketAddress());
            send(slow, "GET http://slow.test:%d/ HTTP/1.1\r\nHost: x\r\n\r\n".formatted(port));
            send(
                    stuck,
                    "GET http://127.0.0.1:%d/ HTTP/1.1\r\nHost: x\r\n\r\n"
                            .formatted(deaf.getLocalPort()));
            send(client, "GET http://127.0.0.1:%d/ HTTP/1.1\r\nHost: x\r\n\r\n".formatted(port));
            assertThat(receive(client, 2)).endsWith("ok");
            String silent = "http://127.0.0.1:%d/".formatted(deaf.getLocalPort());
            assertThat(way.obstacle(silent)).as("the others are still waiting").isEmpty();
            assertThat(all(stuck)).isEmpty();
            assertThat(way.obstacle(silent).orElseThrow())
                    .isEqualTo(new Obstacle(Obstacle.Kind.CONNECT, "the connection timed out"));
        }
    }

    @Test
    void theNextAddressIsTriedWhenTheFirstDoesNotAnswer() throws Exception {
        int port = server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        var both = egress.allowing(List.of("127.0.0.0/8"));
        egress.name("two.test", "127.0.0.9", "127.0.0.1");
        try (ScanEgress open = both.open();
                Socket client = client(open)) {
            send(client, "GET http://two.test:%d/ HTTP/1.1\r\nHost: x\r\n\r\n".formatted(port));
            assertThat(receive(client, 2)).endsWith("ok");
        }
    }

    @Test
    void aLimitCutsEverythingAndIsToldAtOnce() throws Exception {
        int port =
                server(
                        "HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n"
                                + "x".repeat(3_000_000));
        var tight =
                egress.allowing(
                        List.of("127.0.0.1"), TestEgress.limits(DataSize.ofMegabytes(1)), 80);
        var told = new CompletableFuture<Obstacle>();
        try (ScanEgress open = tight.open();
                Socket idle = client(open);
                Socket client = client(open)) {
            open.whenExceeded(told::complete);
            send(client, "GET http://127.0.0.1:%d/ HTTP/1.1\r\nHost: x\r\n\r\n".formatted(port));
            assertThat(all(client).length()).isLessThan(2_000_000);
            assertThat(told.get(1, TimeUnit.MINUTES).reason()).contains("more than 1048576B");
            assertThat(all(idle)).isEmpty();
            try (Socket late = client(open)) {
                assertThat(all(late)).isEmpty();
            }
        }
    }

    @Test
    void tooManyConnectionsAreALimitToo() throws Exception {
        var few =
                egress.allowing(
                        List.of(),
                        new EgressProperties(
                                DataSize.ofMegabytes(1),
                                DataSize.ofMegabytes(1),
                                3,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(1)),
                        80);
        try (ScanEgress open = few.open()) {
            for (int i = 0; i < 4; i++) {
                client(open).close();
            }
            org.awaitility.Awaitility.await().until(() -> open.exceeded().isPresent());
            assertThat(open.exceeded().orElseThrow().reason())
                    .isEqualTo("it opened more than 3 connections");
        }
    }

    @Test
    void closingEndsEveryConnectionAtOnce() throws Exception {
        int port = server("HTTP/1.1 200 OK\r\n\r\n");
        try (ScanEgress open = proxy.open();
                Socket client = client(open)) {
            send(client, "GET http://127.0.0.1:%d/ HTTP/1.1\r\nHost: x\r\n\r\n".formatted(port));
            receive(client, 0);
            open.close();
            assertThat(all(client)).isEmpty();
            // The selector gives the port back with its next turn; nothing is accepted until then.
            org.awaitility.Awaitility.await()
                    .untilAsserted(() ->
                            assertThatThrownBy(() -> client(open).close())
                                    .isInstanceOf(IOException.class));
        }
    }

    @Test
    void openingAndClosingLeavesNothing() {
        for (int i = 0; i < 50; i++) {
            proxy.open().close();
        }
        long filesBefore = openFiles();
        int threadsBefore = Thread.activeCount();
        for (int i = 0; i < 100; i++) {
            proxy.open().close();
        }
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(openFiles()).isLessThan(filesBefore + 20));
        assertThat(Thread.activeCount()).as("threads").isLessThan(threadsBefore + 20);
    }

    private static long openFiles() {
        String[] all = Path.of("/proc/self/fd").toFile().list();
        return all == null ? 0 : all.length;
    }

    @Test
    void whatAPageSendsCannotForgeLogLines() {
        assertThat(Printable.of("a\r\nINFO forged \u001b[31m\u202e\u2028x", 100))
                .isEqualTo("a\\u000d\\u000aINFO forged \\u001b[31m\\u202e\\u2028x");
        assertThat(Printable.of("x".repeat(1_000), 10)).hasSize(10);
    }

    @Test
    void aSettingThatMakesNoSenseIsNamed() {
        assertThatThrownBy(() ->
                        new EgressProperties(
                                DataSize.ofMegabytes(1),
                                DataSize.ofMegabytes(2),
                                1,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(1)))
                .hasMessageContaining("stepfree.egress.max-bytes-per-connection");
        assertThatThrownBy(() ->
                        new EgressProperties(
                                DataSize.ofMegabytes(1),
                                DataSize.ofMegabytes(1),
                                1,
                                Duration.ofMillis(1),
                                Duration.ofSeconds(1)))
                .hasMessageContaining("stepfree.egress.resolve-timeout");
    }

    private int server(String answer) throws IOException {
        return server(answer, false);
    }

    /** Answers every request, that is whatever comes in one piece, with the same bytes. */
    private int server(String answer, boolean once) throws IOException {
        var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        servers.add(server);
        Thread.ofVirtual()
                .start(() -> {
                    while (!server.isClosed()) {
                        try {
                            Socket socket = server.accept();
                            var said = new StringBuilder();
                            heard.add(said);
                            Thread.ofVirtual().start(() -> serve(socket, said, answer, once));
                        } catch (IOException _) {
                            // Closed.
                        }
                    }
                });
        return server.getLocalPort();
    }

    private static void serve(Socket socket, StringBuilder said, String answer, boolean once) {
        try (socket) {
            byte[] buffer = new byte[65_536];
            int length;
            while ((length = socket.getInputStream().read(buffer)) > 0) {
                said.append(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
                String all = said.toString();
                if (all.contains("Content-Length") && !all.endsWith("body")) {
                    continue;
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                if (once) {
                    return;
                }
            }
        } catch (IOException _) {
            // The other side has had enough.
        }
    }

    private static Socket client(ScanEgress way) throws IOException {
        var socket = new Socket();
        socket.connect(
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), way.proxyAddress().getPort()));
        socket.setSoTimeout(5_000);
        return socket;
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The head of an answer and so many bytes of its body. */
    private static String receive(Socket client, int body) throws IOException {
        InputStream stream = client.getInputStream();
        var text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int next = stream.read();
            if (next < 0) {
                throw new IOException("ended after " + text);
            }
            text.append((char) next);
        }
        return text + new String(stream.readNBytes(body), StandardCharsets.UTF_8);
    }

    /** Everything until the other side hangs up, gently or not. */
    private static String all(Socket client) throws IOException {
        var text = new StringBuilder();
        byte[] buffer = new byte[65_536];
        try {
            int length;
            while ((length = client.getInputStream().read(buffer)) > 0) {
                text.append(new String(buffer, 0, length, StandardCharsets.UTF_8));
            }
        } catch (SocketException _) {
            // A reset ends it as well.
        }
        return text.toString();
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
