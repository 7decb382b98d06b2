package io.stepfree.processor.robots;

import crawlercommons.robots.BaseRobotRules;
import crawlercommons.robots.SimpleRobotRules;
import crawlercommons.robots.SimpleRobotRules.RobotRulesMode;
import crawlercommons.robots.SimpleRobotRulesParser;
import io.stepfree.processor.egress.ScanEgress;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads robots.txt as RFC 9309 has it: none means yes, a server that fails means no. It is fetched
 * through the scan's own way out and kept for ten minutes. Thread-safe; blocks for 5 s at most.
 */
public final class Robots {

    /** The product token that a robots.txt may address. */
    public static final String TOKEN = "Stepfree";

    private static final int MOST_BYTES = 512 * 1024;
    private static final int MOST_SITES = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final Logger LOG = LoggerFactory.getLogger(Robots.class);

    private final RobotsMode mode;
    private final Map<String, Known> sites =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
                    return size() > MOST_SITES;
                }
            };

    private record Known(BaseRobotRules rules, long nanoTime) {}

    public Robots(RobotsMode mode) {
        this.mode = mode;
    }

    public RobotsMode mode() {
        return mode;
    }

    /**
     * Says why a page is not to be visited.
     *
     * @param patience how long the answer may take at most
     * @return empty when it may be, or when nobody is to ask
     */
    public Optional<String> objection(ScanEgress way, String url, Duration patience)
            throws InterruptedException {
        // Where the site does not answer, the visit itself will tell what is wrong with it.
        return mode == RobotsMode.OFF
                ? Optional.empty()
                : rules(way, url, patience).flatMap(rules -> rules.objection(url));
    }

    /**
     * What the robots.txt of a page's site says, whatever the mode is.
     *
     * @param patience how long the answer may take at most
     * @return empty when the site does not answer
     */
    public Optional<SiteRules> rules(ScanEgress way, String url, Duration patience)
            throws InterruptedException {
        String site = url.replaceFirst("^([A-Za-z]+://[^/?#]*).*$", "$1");
        BaseRobotRules rules = known(site);
        if (rules == null) {
            Duration time = patience.compareTo(PATIENCE) < 0 ? patience : PATIENCE;
            Optional<BaseRobotRules> fetched = fetch(way, site + "/robots.txt", time);
            if (fetched.isEmpty()) {
                return Optional.empty();
            }
            rules = fetched.get();
            synchronized (sites) {
                sites.put(site, new Known(rules, System.nanoTime()));
            }
        }
        return Optional.of(new SiteRules(site, rules));
    }

    private @org.jspecify.annotations.Nullable BaseRobotRules known(String site) {
        synchronized (sites) {
            Known known = sites.get(site);
            return known == null || System.nanoTime() - known.nanoTime() > KEPT.toNanos()
                    ? null
                    : known.rules();
        }
    }

    /** The time is that of the whole answer: one that drips must not hold a scan up. */
    private static Optional<BaseRobotRules> fetch(ScanEgress way, String url, Duration time)
            throws InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .proxy(ProxySelector.of(way.proxyAddress()))
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .build()) {
            var fetched = new CompletableFuture<Optional<BaseRobotRules>>();
            Thread.ofVirtual()
                    .name("robots")
                    .start(() -> fetched.complete(fetch(client, url, time)));
            try {
                return fetched.get(time.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                return Optional.of(unreadable());
            } catch (ExecutionException e) {
                throw new IllegalStateException("fetching fails in no other way", e);
            } finally {
                client.shutdownNow();
            }
        }
    }

    private static Optional<BaseRobotRules> fetch(HttpClient client, String url, Duration time) {
        try {
            HttpResponse<InputStream> answer =
                    client.send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .header("User-Agent", TOKEN)
                                    .timeout(time)
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            return Optional.of(read(url, answer));
        } catch (HttpTimeoutException _) {
            return Optional.of(unreadable());
        } catch (IOException | RuntimeException e) {
            LOG.debug("robots.txt was not fetched", e);
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static BaseRobotRules read(String url, HttpResponse<InputStream> answer)
            throws IOException {
        try (InputStream body = answer.body()) {
            int status = answer.statusCode();
            if (status >= 500 || status == 429) {
                return unreadable();
            }
            if (status < 200 || status >= 300) {
                return new SimpleRobotRules(RobotRulesMode.ALLOW_ALL);
            }
            byte[] content = body.readNBytes(MOST_BYTES);
            return new SimpleRobotRulesParser()
                    .parseContent(url, content, "text/plain", List.of("stepfree"));
        }
    }

    private static BaseRobotRules unreadable() {
        var rules = new SimpleRobotRules(RobotRulesMode.ALLOW_NONE);
        rules.setDeferVisits(true);
        return rules;
    }
}
