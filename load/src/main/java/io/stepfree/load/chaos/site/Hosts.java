package io.stepfree.load.chaos.site;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves the same on several loopback addresses, so that scans are of several hosts. */
public final class Hosts implements AutoCloseable {

    private static final int HOSTS = 4;

    private final List<HttpServer> servers = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public Hosts(HttpHandler handler) {
        try {
            for (int host = 1; host <= HOSTS; host++) {
                var server =
                        HttpServer.create(
                                new InetSocketAddress(InetAddress.ofLiteral("127.0.0." + host), 0),
                                64);
                server.setExecutor(threads);
                server.createContext("/", handler);
                server.start();
                servers.add(server);
            }
        } catch (IOException e) {
            throw new MeasurementException("The site cannot be served (%s).".formatted(e), e);
        }
    }

    /** Host and port of each of its addresses. */
    public List<String> targets() {
        return servers.stream()
                .map(HttpServer::getAddress)
                .map(address ->
                        "%s:%d".formatted(address.getAddress().getHostAddress(), address.getPort()))
                .toList();
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
        threads.shutdownNow();
    }
}
