package io.stepfree.load.cache;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.results.Results;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Two clients of the gateway that ask one thing after the other. */
final class Calls implements AutoCloseable {

    private static final int CLIENTS = 2;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final URI gateway;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

    Calls(URI gateway) {
        this.gateway = gateway;
    }

    /**
     * What came of them.
     *
     * @param milliseconds of each
     * @param expected how many had the status that was expected
     */
    record Timed(List<Double> milliseconds, int expected) {
        double missed() {
            return milliseconds.isEmpty() ? 1 : 1 - (double) expected / milliseconds.size();
        }
    }

    HttpRequest repeat(Results.Page page) {
        return submit(page, false);
    }

    HttpRequest anew(Results.Page page) {
        return submit(page, true);
    }

    private HttpRequest submit(Results.Page page, boolean anew) {
        HttpRequest.Builder request =
                request("/api/scans")
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"url\": \"%s\"}".formatted(page.url())));
        if (anew) {
            request.header("Cache-Control", "no-cache");
        }
        return request.build();
    }

    HttpRequest read(Results.Page page) {
        return request("/api/scans/" + page.scanId()).GET().build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(gateway.resolve(path)).timeout(LIMIT);
    }

    int status(HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray()).statusCode();
        } catch (IOException e) {
            throw new MeasurementException("The gateway gave no answer (%s).".formatted(e), e);
        }
    }

    /** Makes so many calls, the clients in turn. */
    Timed time(int calls, IntFunction<HttpRequest> request, int expected)
            throws InterruptedException {
        var shares = new ArrayList<Callable<Timed>>();
        for (int client = 0; client < CLIENTS; client++) {
            int first = client;
            shares.add(() -> share(first, calls, request, expected));
        }
        var all = new ArrayList<Double>();
        int met = 0;
        for (Future<Timed> share : clients.invokeAll(shares)) {
            try {
                all.addAll(share.get().milliseconds());
                met += share.get().expected();
            } catch (ExecutionException e) {
                throw new MeasurementException("A call failed (%s).".formatted(e.getCause()), e);
            }
        }
        return new Timed(all, met);
    }

    private Timed share(int first, int calls, IntFunction<HttpRequest> request, int expected)
            throws InterruptedException {
        var milliseconds = new ArrayList<Double>();
        int met = 0;
        for (int call = first; call < calls; call += CLIENTS) {
            long start = System.nanoTime();
            int status = status(request.apply(call));
            milliseconds.add((System.nanoTime() - start) / 1e6);
            met += status == expected ? 1 : 0;
        }
        return new Timed(milliseconds, met);
    }

    @Override
    public void close() {
        clients.shutdownNow();
        http.close();
    }
}
