package io.stepfree.standalone.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The site of a made-up library, served on a free port of the loopback interface until it is
 * closed. Thread-safe.
 */
public final class DemoSite implements AutoCloseable {

    /** What each page fails; the pages themselves say where and why. */
    public static final List<DemoPage> PAGES =
            List.of(
                    page("index.html", "image-alt", "color-contrast", "link-name"),
                    page("join.html", "label", "select-name", "button-name", "autocomplete-valid"),
                    page("hours.html", "html-has-lang", "td-headers-attr", "frame-title"),
                    page(
                            "events.html",
                            "meta-viewport",
                            "list",
                            "aria-required-attr",
                            "aria-allowed-attr"),
                    page("about.html"),
                    new DemoPage("renew.html", Set.of(), true));

    /** How many pages are linked but not there. */
    public static final int MISSING_PAGES = (int) PAGES.stream().filter(DemoPage::missing).count();

    private static final Pattern FILE = Pattern.compile("/([a-z-]+\\.(?:html|css|svg))");
    private static final String NOT_FOUND =
            """
            <!DOCTYPE html>
            <html lang="en"><head><title>Not found</title></head>
            <body><h1>This page is not there</h1></body></html>
            """;

    private final HttpServer server;
    private final ExecutorService threads;

    private DemoSite(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /** Serves the site from now on. */
    public static DemoSite start() throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 64);
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        server.createContext("/", DemoSite::answer);
        server.start();
        return new DemoSite(server, threads);
    }

    /** The address of its first page. */
    public URI address() {
        return URI.create("http://" + target() + "/");
    }

    /** Host and port, as an entry of {@code stepfree.targets.allow}. */
    public String target() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** The addresses of {@link #PAGES}, in their order. */
    public List<URI> pages() {
        return PAGES.stream().map(page -> address().resolve(page.path())).toList();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private static DemoPage page(String path, String... violated) {
        return new DemoPage(path, Set.of(violated), false);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var name = FILE.matcher(path.equals("/") ? "/index.html" : path);
            var content = name.matches() ? read(name.group(1)) : null;
            if (content == null) {
                send(
                        exchange,
                        404,
                        "text/html; charset=utf-8",
                        NOT_FOUND.getBytes(StandardCharsets.UTF_8));
            } else {
                send(exchange, 200, type(name.group(1)), content);
            }
        }
    }

    private static byte @Nullable [] read(String file) throws IOException {
        try (var stream = DemoSite.class.getResourceAsStream("/demo-site/" + file)) {
            return stream == null ? null : stream.readAllBytes();
        }
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] content)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        var head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : content.length);
        if (!head) {
            exchange.getResponseBody().write(content);
        }
    }

    private static String type(String file) {
        return switch (file.substring(file.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            default -> "image/svg+xml";
        };
    }
}
