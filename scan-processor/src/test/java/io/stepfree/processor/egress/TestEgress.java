package io.stepfree.processor.egress;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.platform.target.TargetProperties;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.util.unit.DataSize;

/** Real ways out whose name server is a table; closed together. */
public final class TestEgress implements AutoCloseable, NameResolver {

    public static final EgressProperties LIMITS = limits(DataSize.ofMegabytes(256));

    private final Map<String, NameResolver> names = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<EgressProxy> proxies = new CopyOnWriteArrayList<>();
    private final MeterRegistry meters = new SimpleMeterRegistry();

    public static EgressProperties limits(DataSize maxBytes) {
        return new EgressProperties(
                maxBytes, maxBytes, 2_000, Duration.ofSeconds(2), Duration.ofSeconds(2));
    }

    /** A way out to public addresses on the usual ports, and to what is named. */
    public EgressProxy allowing(List<String> allowed) {
        return allowing(allowed, LIMITS, 8080);
    }

    /** The same with a further port that counts as a usual one. */
    public EgressProxy allowing(List<String> allowed, EgressProperties limits, int port) {
        var policy = TargetPolicy.of(new TargetProperties(allowed, List.of(80, 443, port)));
        var proxy = new EgressProxy(policy, limits, this, meters);
        proxies.add(proxy);
        return proxy;
    }

    /** Has a name resolve to these addresses. */
    public void name(String host, String... addresses) {
        InetAddress[] all =
                List.of(addresses).stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
        names.put(host, asked -> all);
    }

    public void name(String host, NameResolver resolver) {
        names.put(host, resolver);
    }

    /** The names that were asked for, in order. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    public MeterRegistry meters() {
        return meters;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        asked.add(host);
        NameResolver known = names.get(host);
        if (known != null) {
            return known.resolve(host);
        }
        if (host.equals("localhost")) {
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
        }
        throw new UnknownHostException(host);
    }

    @Override
    public void close() {
        proxies.forEach(EgressProxy::close);
    }
}
