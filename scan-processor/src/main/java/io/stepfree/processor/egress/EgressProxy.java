package io.stepfree.processor.egress;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.stepfree.platform.target.TargetPolicy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The browser's only way out. Each scan gets a listener of its own on loopback, given to its
 * browser context as its proxy, so that what goes through it belongs to that scan and ends with it.
 * All share one thread that never waits: names are resolved elsewhere, connections open in the
 * background. Thread-safe.
 */
public final class EgressProxy implements AutoCloseable {

    /** Threads that wait for the machine's resolver, which knows no time limit of ours. */
    private static final int RESOLVER_THREADS = 64;

    private final TargetPolicy policy;
    private final EgressProperties limits;
    private final NameResolver resolver;
    private final MeterRegistry meters;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(
                    1,
                    Thread.ofPlatform().daemon().name("egress").factory(),
                    NioIoHandler.newFactory());
    private final ExecutorService resolverThreads;
    private final Set<Integer> ports = ConcurrentHashMap.newKeySet();

    /**
     * @param policy which addresses may be visited; every address of a name is asked about
     * @param resolver how names are resolved; {@link NameResolver#SYSTEM} but in tests
     */
    public EgressProxy(
            TargetPolicy policy,
            EgressProperties limits,
            NameResolver resolver,
            MeterRegistry meters) {
        this.policy = policy;
        this.limits = limits;
        this.resolver = resolver;
        this.meters = meters;
        var pool =
                new ThreadPoolExecutor(
                        RESOLVER_THREADS,
                        RESOLVER_THREADS,
                        30,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().daemon().name("resolve-", 0).factory());
        pool.allowCoreThreadTimeOut(true);
        this.resolverThreads = pool;
    }

    /** Opens a way out for one scan; to be closed with it. Takes less than a millisecond. */
    public ScanEgress open() {
        return new ScanEgress(
                policy,
                limits,
                new NameLookup(resolver, resolverThreads, limits.resolveTimeout()),
                loop,
                ports,
                meters);
    }

    /** Ends every scan's way out. */
    @Override
    public void close() {
        resolverThreads.shutdownNow();
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3_000);
    }
}
