package io.stepfree.gateway.deliveries;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.gateway.deliveries.CallbackPost.Outcome;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.platform.target.TargetProperties;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a client's address can make the gateway do, and what not. */
final class CallbackPostTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    @Test
    void whatIsSentArrivesAndTheStatusIsTold() {
        try (var receiver = Receiver.answering("127.0.0.1", _ -> 204);
                var post = allowing("127.0.0.1:" + receiver.port(), InetAddress::getAllByName)) {
            Outcome outcome =
                    post.send(receiver.url() + "?a=b", Map.of("webhook-id", "msg_1"), "{\"ü\":1}");

            assertThat(outcome).isEqualTo(new Outcome.Answered(204));
            assertThat(receiver.requests()).hasSize(1);
            Receiver.Request request = receiver.requests().getFirst();
            assertThat(request.path()).isEqualTo("/hook?a=b");
            assertThat(request.body()).isEqualTo("{\"ü\":1}");
            assertThat(request.id()).isEqualTo("msg_1");
            assertThat(request.header("Content-type")).startsWith("application/json");
            assertThat(request.header("Host")).isEqualTo("127.0.0.1:" + receiver.port());
        }
    }

    @Test
    void aNameThatResolvesToLoopbackIsRefusedAndNothingIsSent() {
        try (var receiver = Receiver.answering("127.0.0.1", _ -> 200);
                var post = new CallbackPost(policy(), _ -> loopback(), TIMEOUT)) {
            assertThat(post.send("http://hooks.example/", Map.of(), "{}"))
                    .isEqualTo(
                            new Outcome.Refused(
                                    "hooks.example resolves to 127.0.0.1, which is not a public address"));
            assertThat(receiver.requests()).isEmpty();
        }
    }

    @Test
    void oneBadAddressAmongGoodOnesIsEnough() throws UnknownHostException {
        var addresses =
                new InetAddress[] {
                    InetAddress.getByAddress(new byte[] {1, 1, 1, 1}),
                    InetAddress.getByAddress(
                            new byte[] {(byte) 169, (byte) 254, (byte) 169, (byte) 254})
                };
        try (var post = new CallbackPost(policy(), _ -> addresses, TIMEOUT)) {
            assertThat(post.send("https://hooks.example/", Map.of(), "{}"))
                    .isInstanceOf(Outcome.Refused.class);
        }
    }

    @Test
    void aNameThatResolvesToLoopbackIsToldWhereThatIsAllowed() {
        try (var receiver = Receiver.answering("127.0.0.1", _ -> 200);
                var post = allowing("hooks.example:" + receiver.port(), _ -> loopback())) {
            assertThat(
                            post.send(
                                    "http://hooks.example:%d/".formatted(receiver.port()),
                                    Map.of(),
                                    "{}"))
                    .isEqualTo(new Outcome.Answered(200));
            assertThat(receiver.requests().getFirst().header("Host"))
                    .isEqualTo("hooks.example:" + receiver.port());
        }
    }

    @Test
    void theNameIsResolvedOnceSoThatItCannotChangeBetweenJudgingAndConnecting() {
        var lookUps = new AtomicInteger();
        try (var receiver = Receiver.answering("127.0.0.1", _ -> 200);
                var post =
                        allowing(
                                "hooks.example:" + receiver.port(),
                                _ -> {
                                    lookUps.incrementAndGet();
                                    return loopback();
                                })) {
            post.send("http://hooks.example:%d/".formatted(receiver.port()), Map.of(), "{}");
        }
        assertThat(lookUps).hasValue(1);
    }

    @Test
    void aRedirectIsNotFollowed() {
        try (var inner = Receiver.answering("127.0.0.1", _ -> 200);
                var receiver =
                        Receiver.at(
                                "127.0.0.1",
                                exchange -> {
                                    exchange.getResponseHeaders().set("Location", inner.url());
                                    exchange.sendResponseHeaders(307, -1);
                                });
                var post = allowing("127.0.0.1", InetAddress::getAllByName)) {
            assertThat(post.send(receiver.url(), Map.of(), "{}"))
                    .isEqualTo(new Outcome.Answered(307));
            assertThat(inner.requests()).isEmpty();
        }
    }

    @Test
    void aReceiverThatDoesNotAnswerIsGivenUp() {
        var end = new CountDownLatch(1);
        try (var receiver = Receiver.at("127.0.0.1", _ -> end.await());
                var post = allowing("127.0.0.1", InetAddress::getAllByName)) {
            assertThat(post.send(receiver.url(), Map.of(), "{}"))
                    .isInstanceOf(Outcome.Failed.class);
        } finally {
            end.countDown();
        }
    }

    @Test
    void anAnswerThatNeverEndsIsNotRead() {
        try (var receiver =
                        Receiver.at(
                                "127.0.0.1",
                                exchange -> {
                                    exchange.sendResponseHeaders(200, 0);
                                    byte[] piece = new byte[8_192];
                                    while (true) {
                                        exchange.getResponseBody().write(piece);
                                    }
                                });
                var post = allowing("127.0.0.1", InetAddress::getAllByName)) {
            assertThat(post.send(receiver.url(), Map.of(), "{}"))
                    .isEqualTo(new Outcome.Answered(200));
        }
    }

    @Test
    void aNameThatDoesNotResolveIsTold() {
        try (var post =
                new CallbackPost(
                        policy(),
                        host -> {
                            throw new UnknownHostException(host);
                        },
                        TIMEOUT)) {
            assertThat(post.send("https://nowhere.example/", Map.of(), "{}"))
                    .isEqualTo(new Outcome.Failed("its name nowhere.example does not resolve"));
        }
    }

    private static CallbackPost allowing(String entry, CallbackPost.NameResolver names) {
        return new CallbackPost(policy(entry), names, TIMEOUT);
    }

    private static TargetPolicy policy(String... allow) {
        return TargetPolicy.of(new TargetProperties(List.of(allow), List.of(80, 443)));
    }

    private static InetAddress[] loopback() {
        return new InetAddress[] {InetAddress.getLoopbackAddress()};
    }
}
