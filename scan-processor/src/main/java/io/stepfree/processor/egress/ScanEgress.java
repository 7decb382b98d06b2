package io.stepfree.processor.egress;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.platform.target.Target;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.platform.target.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One scan's way out of the browser: judges every address, connects to the one it judged, counts
 * what passes, and remembers what was refused. Closing it ends all its connections at once.
 * Thread-safe.
 */
public final class ScanEgress implements AutoCloseable {

    private static final int MOST_REMEMBERED = 200;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(ScanEgress.class);

    private final TargetPolicy policy;
    private final EgressProperties limits;
    private final NameLookup names;
    private final Set<Integer> ownPorts;
    private final MeterRegistry meters;
    private final Map<String, String> logContext;
    private final ChannelGroup channels;
    private final Channel listener;
    private final int port;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicReference<@Nullable Obstacle> exceeded = new AtomicReference<>();
    private final AtomicInteger logged = new AtomicInteger();
    private final Map<String, Obstacle> obstacles =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Obstacle> eldest) {
                    return size() > MOST_REMEMBERED;
                }
            };
    private volatile Consumer<Obstacle> whenExceeded = obstacle -> {};

    /**
     * @param ownPorts the ports of all listeners of this worker, which no page may visit even where
     *     loopback is allowed
     */
    ScanEgress(
            TargetPolicy policy,
            EgressProperties limits,
            NameLookup names,
            EventLoopGroup loop,
            Set<Integer> ownPorts,
            MeterRegistry meters) {
        this.policy = policy;
        this.limits = limits;
        this.names = names;
        this.ownPorts = ownPorts;
        this.meters = meters;
        Map<String, String> context = MDC.getCopyOfContextMap();
        this.logContext = context == null ? Map.of() : context;
        this.channels = new DefaultChannelGroup(loop.next());
        this.listener = listen(loop);
        this.port = ((InetSocketAddress) listener.localAddress()).getPort();
        ownPorts.add(port);
    }

    /** What the browser context is given as its proxy. */
    public String proxyServer() {
        return "127.0.0.1:" + port;
    }

    /** The same for a client of our own. */
    public InetSocketAddress proxyAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /**
     * Judges an address before anything is opened for it; what its name resolves to is kept for
     * when it is visited.
     *
     * @return what stands in the way, if anything does
     */
    public Optional<Obstacle> check(String url, Duration patience) throws InterruptedException {
        try {
            return switch (judge(url).get(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                case Passage.Open _ -> Optional.empty();
                case Passage.Shut(Obstacle obstacle) -> {
                    record(url, obstacle);
                    yield Optional.of(obstacle);
                }
            };
        } catch (TimeoutException _) {
            return Optional.of(
                    new Obstacle(
                            Obstacle.Kind.RESOLVE_TIMEOUT,
                            "the host name was not resolved before the deadline"));
        } catch (ExecutionException e) {
            throw new IllegalStateException("An address could not be judged", e.getCause());
        }
    }

    /** What stood in the way of the last request to the host and port of an address. */
    public Optional<Obstacle> obstacle(String url) {
        synchronized (obstacles) {
            return Optional.ofNullable(obstacles.get(origin(url)));
        }
    }

    /** How many requests were refused because their address may not be visited. */
    public int refusals() {
        return refusals.get();
    }

    /** Where those went, as scheme, host and port, the last 200 of them. */
    public List<String> refusedTargets() {
        synchronized (obstacles) {
            return obstacles.entrySet().stream()
                    .filter(entry -> entry.getValue().kind() == Obstacle.Kind.UNSAFE_TARGET)
                    .map(entry -> Printable.of(entry.getKey(), 300))
                    .toList();
        }
    }

    /** Which limit the scan has run into, if it has; nothing gets out any more then. */
    public Optional<Obstacle> exceeded() {
        return Optional.ofNullable(exceeded.get());
    }

    /** Says who is to be told at once when a limit is exceeded; the listener must not block. */
    public void whenExceeded(Consumer<Obstacle> told) {
        whenExceeded = told;
        exceeded().ifPresent(told);
    }

    /** How much was sent and received so far, in bytes. */
    public long bytes() {
        return bytes.get();
    }

    /** Ends all connections; nothing gets out afterwards. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            var ended = listener.close();
            channels.close().awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
            ended.awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
            ownPorts.remove(port);
        }
    }

    EgressProperties limits() {
        return limits;
    }

    /** Whether anything may still get out. */
    boolean isOpen() {
        return !closed.get() && exceeded.get() == null;
    }

    /**
     * Takes charge of a connection, so that it ends with the scan.
     *
     * @return false when it has ended already
     */
    boolean adopt(Channel channel) {
        channels.add(channel);
        if (!isOpen()) {
            var _ = channel.close();
            return false;
        }
        return true;
    }

    /** Judges where a request goes; only its scheme, host and port matter. Never blocks. */
    CompletableFuture<Passage> judge(String url) {
        return switch (policy.judgeUrl(origin(url))) {
            case Verdict.Refused(String reason) ->
                    CompletableFuture.completedFuture(shut(Obstacle.Kind.UNSAFE_TARGET, reason));
            case Verdict.Allowed(Target target) -> judge(target);
        };
    }

    /** Counts what passes. */
    void count(int more) {
        if (limits.areTooMany(bytes.addAndGet(more))) {
            exceed("it drew more than %s from the network".formatted(limits.maxBytes()));
        }
    }

    /** Remembers, counts and logs that a request did not get out. */
    void record(String url, Obstacle obstacle) {
        String origin = origin(url);
        if (obstacle.kind() == Obstacle.Kind.UNSAFE_TARGET) {
            refusals.incrementAndGet();
        }
        OwnMeter.EGRESS_REFUSED
                .counter(meters, "reason", obstacle.kind().name().toLowerCase(Locale.ROOT))
                .increment();
        boolean isNew;
        synchronized (obstacles) {
            isNew = !obstacle.equals(obstacles.put(origin, obstacle));
        }
        if (isNew
                && obstacle.kind() == Obstacle.Kind.UNSAFE_TARGET
                && logged.incrementAndGet() <= MOST_REMEMBERED) {
            log("Refused {}: {}", Printable.of(origin, 300), obstacle.reason());
        }
    }

    /** A connection was made after all. */
    void forget(String url) {
        synchronized (obstacles) {
            obstacles.remove(origin(url));
        }
    }

    void exceed(String reason) {
        var obstacle = new Obstacle(Obstacle.Kind.LIMIT, reason);
        if (exceeded.compareAndSet(null, obstacle)) {
            log("The scan was cut off: {}", obstacle.reason());
            OwnMeter.EGRESS_REFUSED.counter(meters, "reason", "limit").increment();
            var _ = channels.close();
            whenExceeded.accept(obstacle);
        }
    }

    private Channel listen(EventLoopGroup loop) {
        return new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                admit(channel);
                            }
                        })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    private void admit(Channel channel) {
        if (connections.incrementAndGet() > limits.maxConnections()) {
            exceed("it opened more than %d connections".formatted(limits.maxConnections()));
        }
        if (adopt(channel)) {
            BrowserConnection.install(channel, this);
        }
    }

    private CompletableFuture<Passage> judge(Target target) {
        InetAddress literal = literal(target.host());
        if (literal != null) {
            return CompletableFuture.completedFuture(judge(target, new InetAddress[] {literal}));
        }
        return names.resolve(target.host())
                .handle((addresses, failure) ->
                        failure == null ? judge(target, addresses) : unresolved(target, failure));
    }

    /** One address that may not be visited is enough to refuse the name. */
    private Passage judge(Target target, InetAddress[] addresses) {
        var open = new ArrayList<InetSocketAddress>();
        for (InetAddress address : addresses) {
            if (policy.judgeAddress(address, target.host(), target.port())
                    instanceof Verdict.Refused(String reason)) {
                return shut(Obstacle.Kind.UNSAFE_TARGET, reason);
            }
            // On another loopback address the same port is somebody else's.
            if (address.equals(InetAddress.getLoopbackAddress())
                    && ownPorts.contains(target.port())) {
                return shut(
                        Obstacle.Kind.UNSAFE_TARGET,
                        "port %d belongs to this worker".formatted(target.port()));
            }
            open.add(new InetSocketAddress(address, target.port()));
        }
        return new Passage.Open(open);
    }

    private static Passage unresolved(Target target, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof TimeoutException
                ? shut(
                        Obstacle.Kind.RESOLVE_TIMEOUT,
                        "the host name %s was not resolved in time".formatted(target.host()))
                : shut(
                        Obstacle.Kind.UNKNOWN_HOST,
                        "the host name %s could not be resolved".formatted(target.host()));
    }

    private static Passage shut(Obstacle.Kind kind, String reason) {
        return new Passage.Shut(new Obstacle(kind, reason));
    }

    private static @Nullable InetAddress literal(String host) {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** Scheme, host and port of an address, since paths may be as long as they like. */
    private static String origin(String url) {
        int begin = url.indexOf("://");
        if (begin < 0) {
            return url;
        }
        int end = begin + 3;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        String authority = url.substring(begin + 3, end);
        String scheme = url.substring(0, begin).toLowerCase(Locale.ROOT);
        scheme = scheme.equals("ws") ? "http" : scheme.equals("wss") ? "https" : scheme;
        String standardPort = scheme.equals("https") ? ":443" : ":80";
        if (authority.endsWith(standardPort)) {
            authority = authority.substring(0, authority.length() - standardPort.length());
        }
        return scheme + "://" + authority.toLowerCase(Locale.ROOT) + "/";
    }

    /** On the proxy's thread, but in the name of the scan. */
    private void log(String pattern, Object... values) {
        Map<String, String> before = MDC.getCopyOfContextMap();
        MDC.setContextMap(logContext);
        try {
            LOG.info(pattern, values);
        } finally {
            MDC.setContextMap(before == null ? Map.of() : before);
        }
    }
}
