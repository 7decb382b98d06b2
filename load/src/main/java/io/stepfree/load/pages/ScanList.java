package io.stepfree.load.pages;

import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The list of scans as a client reads it. */
final class ScanList implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI gateway;

    /**
     * One page.
     *
     * @param scans their ids
     * @param next what the page after is asked for with; empty on the last
     * @param millis from asking for it until it was there
     */
    record Page(List<String> scans, String next, double millis) {}

    /**
     * A walk down the list.
     *
     * @param cursor what the page it ended at is asked for with
     * @param outOfOrder how many scans did not come after the one before
     */
    record Walk(String cursor, long outOfOrder) {}

    ScanList(URI gateway) {
        this.gateway = gateway;
    }

    /** Reads page after page, and ends where the cursor of this one is known. */
    Walk walk(int page, int shown) throws InterruptedException {
        String cursor = "";
        String before = "~";
        long outOfOrder = 0;
        for (int read = 1; read < page; read++) {
            Page there = page(cursor, shown);
            for (String scan : there.scans()) {
                if (scan.compareTo(before) >= 0) {
                    outOfOrder++;
                }
                before = scan;
            }
            if (there.next().isEmpty()) {
                throw new MeasurementException("The list ends on page %d.".formatted(read));
            }
            cursor = there.next();
        }
        return new Walk(cursor, outOfOrder);
    }

    Page page(String cursor, int shown) throws InterruptedException {
        String asked = "/api/scans?limit=" + shown + (cursor.isEmpty() ? "" : "&cursor=" + cursor);
        long start = System.nanoTime();
        try {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(gateway.resolve(asked)).timeout(LIMIT).build(),
                            HttpResponse.BodyHandlers.ofString());
            double millis = (System.nanoTime() - start) / 1e6;
            if (answer.statusCode() != 200) {
                throw new MeasurementException("The gateway answered: " + answer.body());
            }
            JsonNode page = JsonMapper.shared().readTree(answer.body());
            return new Page(
                    page.path("items")
                            .valueStream()
                            .map(scan -> scan.path("id").asString())
                            .toList(),
                    page.path("next").asString(""),
                    millis);
        } catch (IOException e) {
            throw new MeasurementException("The gateway does not list (%s).".formatted(e), e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
