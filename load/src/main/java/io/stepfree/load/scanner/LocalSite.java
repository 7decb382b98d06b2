package io.stepfree.load.scanner;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves folders on loopback, in the process that measures, so that serving counts for nobody. It
 * tells browsers to ask nobody else, so that pages that refer to other sites need no network and
 * nobody waits for it.
 */
public final class LocalSite implements AutoCloseable {

    private static final String NOBODY_ELSE =
            "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private LocalSite(HttpServer server) {
        this.server = server;
    }

    /**
     * @param folders what is served, by the path under which it is, which ends in a slash
     */
    public static LocalSite serve(Map<String, Path> folders) {
        try {
            var site =
                    new LocalSite(
                            HttpServer.create(
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
            folders.forEach((path, folder) ->
                    site.server
                            .createContext(
                                    path,
                                    SimpleFileServer.createFileHandler(
                                            folder.toAbsolutePath().normalize()))
                            .getFilters()
                            .add(
                                    Filter.beforeHandler(
                                            "asks nobody else",
                                            exchange ->
                                                    exchange.getResponseHeaders()
                                                            .set(
                                                                    "Content-Security-Policy",
                                                                    NOBODY_ELSE))));
            site.server.setExecutor(site.threads);
            site.server.start();
            return site;
        } catch (IOException e) {
            throw new MeasurementException("The pages cannot be served (%s).".formatted(e), e);
        }
    }

    public String address(String path) {
        return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
