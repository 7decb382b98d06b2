package io.stepfree.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.stepfree.standalone.machine.Home;
import io.stepfree.standalone.machine.Machine;
import io.stepfree.standalone.machine.MachineSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * With tracing on, one request is one connected trace, from HTTP through every topic to its end.
 */
final class OneTraceTest {

    private static final String ENDPOINT = "stepfree.tracing.endpoint";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Span> spans = new CopyOnWriteArrayList<>();

    @Test
    void aScanIsOneTraceFromTheRequestToItsReport(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        HttpServer collector =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        collector.createContext("/v1/traces", this::take);
        collector.start();
        System.setProperty(
                ENDPOINT,
                "http://127.0.0.1:%d/v1/traces".formatted(collector.getAddress().getPort()));
        try (var site = new TargetSite()) {
            Machine machine =
                    Machine.on(
                            MachineSettings.onFreePorts(
                                    new Home(folder.resolve("home")),
                                    folder.resolve("reports"),
                                    List.of(site.target())));
            try {
                machine.start();
                try (var api =
                        new Api(
                                machine.gateway(),
                                new Home(folder.resolve("home")).key().orElseThrow())) {
                    String id = api.accepted(site.url("/one"), "traced-1");
                    await().atMost(PATIENCE).until(() -> api.scan(id).has("report"));
                }
                await("every stage is told")
                        .atMost(PATIENCE)
                        .until(() ->
                                names(ofTheScan())
                                        .containsAll(
                                                List.of(
                                                        "POST /api/scans",
                                                        "scan.requests process",
                                                        "scan.jobs send",
                                                        "scan.jobs process",
                                                        "scan.attempts process",
                                                        "scan.results process",
                                                        "scan.events process")));
            } finally {
                machine.close();
            }
        } finally {
            System.clearProperty(ENDPOINT);
            collector.stop(0);
        }
        List<Span> trace = ofTheScan();
        Set<ByteString> ids = trace.stream().map(Span::getSpanId).collect(Collectors.toSet());
        assertThat(trace)
                .filteredOn(span -> span.getParentSpanId().isEmpty())
                .extracting(Span::getName)
                .as("the one that nothing is above")
                .containsExactly("POST /api/scans");
        assertThat(trace)
                .filteredOn(span -> !span.getParentSpanId().isEmpty())
                .as("each other one hangs below one of the same trace")
                .allMatch(span -> ids.contains(span.getParentSpanId()));
        assertThat(spans.toString())
                .as("no address of a page in any of them")
                .doesNotContain("/one");
    }

    /** The spans of the trace that the submit began. */
    private List<Span> ofTheScan() {
        return spans.stream()
                .filter(span -> span.getName().equals("POST /api/scans"))
                .findFirst()
                .map(root ->
                        spans.stream()
                                .filter(span -> span.getTraceId().equals(root.getTraceId()))
                                .toList())
                .orElse(List.of());
    }

    private static List<String> names(List<Span> trace) {
        return trace.stream().map(Span::getName).toList();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean zipped =
                    "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            byte[] message =
                    zipped
                            ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes()
                            : body;
            ExportTraceServiceRequest.parseFrom(message)
                    .getResourceSpansList()
                    .forEach(resource ->
                            resource.getScopeSpansList()
                                    .forEach(scope -> spans.addAll(scope.getSpansList())));
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }
}
