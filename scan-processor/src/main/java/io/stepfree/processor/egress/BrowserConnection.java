package io.stepfree.processor.egress;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from the browser and the server at its other end. Requests are read, because their
 * addresses have to be judged; answers pass as the bytes they are, so that the browser sees what it
 * would see without a proxy: cut answers are cut, broken ones broken. What is inside a tunnel
 * (CONNECT: TLS and WebSockets) passes both ways unseen.
 *
 * <p>A request that may not go out gets no page for an answer, which could be taken for the one
 * that was asked for: a tunnel is refused, any other connection is closed.
 *
 * <p>All of it runs on the proxy's one thread.
 */
// What a write or a close comes to is told by channelInactive.
@SuppressWarnings("FutureReturnValueIgnored")
final class BrowserConnection extends ChannelInboundHandlerAdapter {

    /** As much as Chromium itself allows for an address. */
    private static final int LONGEST_LINE = 2 * 1024 * 1024;

    private static final int LONGEST_HEADERS = 1024 * 1024;
    private static final String DECODER = "requests";
    private static final Logger LOG = LoggerFactory.getLogger(BrowserConnection.class);

    private final ScanEgress egress;
    private final Channel browser;
    private final Deque<HttpObject> held = new ArrayDeque<>();
    private @Nullable Channel server;

    /** Scheme, host and port of the server. */
    private String destination = "";

    /** Whether requests have to wait until their server is found and connected. */
    private boolean opening;

    private boolean tunnel;

    private BrowserConnection(ScanEgress egress, Channel browser) {
        this.egress = egress;
        this.browser = browser;
    }

    static void install(Channel browser, ScanEgress egress) {
        browser.pipeline()
                .addLast(
                        DECODER,
                        new HttpRequestDecoder(
                                new HttpDecoderConfig()
                                        .setMaxInitialLineLength(LONGEST_LINE)
                                        .setMaxHeaderSize(LONGEST_HEADERS)))
                .addLast(new BrowserConnection(egress, browser));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (tunnel) {
            toServer(message);
        } else if (message instanceof HttpObject part) {
            held.add(part);
            sendHeld();
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (server != null && !opening) {
            server.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (server != null) {
            server.config().setAutoRead(browser.isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        releaseHeld();
        dropServer();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("The browser's connection broke", cause);
        browser.close();
    }

    private void sendHeld() {
        while (!opening && !held.isEmpty()) {
            HttpObject part = held.remove();
            if (part instanceof HttpRequest request) {
                begin(request);
            } else if (server != null && part instanceof HttpContent) {
                toServer(part);
            } else {
                ReferenceCountUtil.release(part);
            }
        }
    }

    private void begin(HttpRequest request) {
        boolean connect = HttpMethod.CONNECT.equals(request.method());
        String uri = request.uri();
        if (!request.decoderResult().isSuccess()
                || (!connect && !uri.regionMatches(true, 0, "http://", 0, 7))) {
            browser.close();
            return;
        }
        // A tunnel may carry anything, so its port is always written out.
        String url = connect ? "https://" + uri + "/" : uri;
        if (!connect && server != null && destination.equals(authority(url))) {
            toServer(plain(request));
            return;
        }
        dropServer();
        opening = true;
        browser.config().setAutoRead(false);
        CompletableFuture<Passage> judged = egress.judge(url);
        if (judged.isDone() && !judged.isCompletedExceptionally()) {
            proceed(request, url, judged.join());
        } else {
            var _ =
                    judged.whenCompleteAsync(
                            (passage, failure) -> {
                                if (failure == null) {
                                    proceed(request, url, passage);
                                } else {
                                    browser.close();
                                }
                            },
                            browser.eventLoop());
        }
    }

    private void proceed(HttpRequest request, String url, Passage passage) {
        if (!browser.isActive() || !egress.isOpen()) {
            browser.close();
            return;
        }
        switch (passage) {
            case Passage.Shut(Obstacle obstacle) -> refuse(request, url, obstacle);
            case Passage.Open(List<InetSocketAddress> addresses) ->
                    connect(request, url, addresses, 0);
        }
    }

    /** The addresses are tried in their order, as a browser does. */
    private void connect(
            HttpRequest request, String url, List<InetSocketAddress> addresses, int index) {
        boolean connect = HttpMethod.CONNECT.equals(request.method());
        ChannelFuture attempt =
                new Bootstrap()
                        .group(browser.eventLoop())
                        .channel(NioSocketChannel.class)
                        .disableResolver()
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) egress.limits().connectTimeout().toMillis())
                        .handler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline().addLast(new ByteCount(egress));
                                        if (!connect) {
                                            channel.pipeline().addLast(new HttpRequestEncoder());
                                        }
                                        channel.pipeline().addLast(new ServerSide());
                                    }
                                })
                        .connect(addresses.get(index));
        egress.adopt(attempt.channel());
        server = attempt.channel();
        attempt.addListener(done -> {
            if (!browser.isActive() || !egress.isOpen()) {
                attempt.channel().close();
                browser.close();
            } else if (done.isSuccess()) {
                egress.forget(url);
                connected(request, url);
            } else if (index + 1 < addresses.size()) {
                connect(request, url, addresses, index + 1);
            } else {
                refuse(request, url, new Obstacle(Obstacle.Kind.CONNECT, reason(done.cause())));
            }
        });
    }

    private void connected(HttpRequest request, String url) {
        opening = false;
        if (HttpMethod.CONNECT.equals(request.method())) {
            // The rest of the request is nothing; what comes after it belongs into the tunnel.
            releaseHeld();
            answer("HTTP/1.1 200 Connection established\r\n\r\n");
            tunnel = true;
            browser.pipeline().remove(DECODER);
        } else {
            destination = authority(url);
            toServer(plain(request));
            sendHeld();
        }
        if (server != null) {
            server.flush();
        }
        if (!opening) {
            browser.config().setAutoRead(true);
        }
    }

    private void refuse(HttpRequest request, String url, Obstacle obstacle) {
        egress.record(url, obstacle);
        server = null;
        ChannelFuture told =
                HttpMethod.CONNECT.equals(request.method())
                        ? answer(
                                "HTTP/1.1 %s\r\nX-Stepfree-Egress: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                        .formatted(
                                                obstacle.kind() == Obstacle.Kind.UNSAFE_TARGET
                                                        ? "403 Forbidden"
                                                        : "502 Bad Gateway",
                                                obstacle.kind().name().toLowerCase(Locale.ROOT)))
                        : browser.newSucceededFuture();
        told.addListener(ChannelFutureListener.CLOSE);
    }

    private ChannelFuture answer(String text) {
        return browser.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private void toServer(Object message) {
        if (server == null) {
            ReferenceCountUtil.release(message);
        } else {
            server.write(message);
        }
    }

    private void dropServer() {
        Channel old = server;
        server = null;
        destination = "";
        if (old != null) {
            old.close();
        }
    }

    private void releaseHeld() {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
    }

    /** The request as it would go to the server itself (RFC 9112, 3.2.1). */
    private static HttpRequest plain(HttpRequest request) {
        String uri = request.uri();
        String rest = uri.substring("http://".length() + authority(uri).length());
        request.setUri(rest.startsWith("/") ? rest : "/" + rest);
        String connection = request.headers().get("Proxy-Connection");
        request.headers().remove("Proxy-Connection");
        request.headers().remove(HttpHeaderNames.PROXY_AUTHORIZATION);
        if (connection != null && !request.headers().contains(HttpHeaderNames.CONNECTION)) {
            request.headers().set(HttpHeaderNames.CONNECTION, connection);
        }
        return request;
    }

    private static String authority(String url) {
        int begin = url.indexOf("://") + 3;
        int end = begin;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        return url.substring(begin, end);
    }

    private static String reason(@Nullable Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return "the connection timed out";
        }
        String message = cause == null ? "" : String.valueOf(cause.getMessage());
        if (message.contains("refused")) {
            return "the connection was refused";
        }
        if (message.contains("reset")) {
            return "the connection was reset";
        }
        return "no connection could be made: " + message.replaceFirst(": [^:]*[/:].*$", "");
    }

    /** Passes on what the server says. */
    private final class ServerSide extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            browser.write(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            browser.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (context.channel().equals(server) && !opening) {
                browser.config().setAutoRead(context.channel().isWritable());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (context.channel().equals(server)) {
                server = null;
                browser.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(ChannelFutureListener.CLOSE);
            }
        }

        /** A reset is passed on as one, or half an answer would look like a whole one. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("The server's connection broke", cause);
            if (context.channel().equals(server)) {
                server = null;
                browser.config().setOption(ChannelOption.SO_LINGER, 0);
                browser.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(ChannelFutureListener.CLOSE);
            }
            context.close();
        }
    }
}
