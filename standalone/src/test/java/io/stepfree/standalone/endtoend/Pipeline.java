package io.stepfree.standalone.endtoend;

import io.stepfree.alerts.AlertApplication;
import io.stepfree.deadletters.DeadLetterApplication;
import io.stepfree.gateway.GatewayApplication;
import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.processor.ProcessorApplication;
import io.stepfree.reports.ReportApplication;
import io.stepfree.scheduler.SchedulerApplication;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Every service as in a cluster, each with a port of its own, but in one process; on one machine
 * only the gateway listens.
 */
final class Pipeline implements AutoCloseable {

    private static final Map<String, Class<?>> SERVICES = services();

    private final TestKafka kafka = TestKafka.start();
    private final TestDatabase database = TestDatabase.start();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, ConfigurableApplicationContext> running = new LinkedHashMap<>();

    /**
     * @param allowed what may be scanned although it is on loopback
     */
    Pipeline(Path folder, String allowed) {
        SERVICES.forEach((name, application) ->
                running.put(
                        name,
                        ServiceApplication.run(
                                name,
                                application,
                                ServiceArguments.of(
                                        kafka,
                                        TestRegistry.shared(),
                                        database,
                                        "--stepfree.reports.directory=" + folder.resolve("reports"),
                                        "--stepfree.targets.allow=" + allowed,
                                        "--stepfree.browser.slots=1",
                                        // Its address must be in no tag; nobody calls it here.
                                        "--stepfree.alerts.slack.webhook="
                                                + "http://127.0.0.1:1/services/secret"))));
    }

    private static Map<String, Class<?>> services() {
        var services = new LinkedHashMap<String, Class<?>>();
        services.put("ingest-gateway", GatewayApplication.class);
        services.put("scan-scheduler", SchedulerApplication.class);
        services.put("scan-processor", ProcessorApplication.class);
        services.put("report-builder", ReportApplication.class);
        services.put("dlq-processor", DeadLetterApplication.class);
        services.put("alert-processor", AlertApplication.class);
        return services;
    }

    /** The names of all services, which are also those of Prometheus's jobs. */
    static Set<String> names() {
        return SERVICES.keySet();
    }

    /** Where a service listens. */
    URI address(String service) {
        return URI.create(
                "http://127.0.0.1:"
                        + Objects.requireNonNull(running.get(service))
                                .getEnvironment()
                                .getRequiredProperty("local.server.port"));
    }

    /** What a service tells Prometheus now, fetched as Prometheus does. */
    Scrape scrape(String service) {
        HttpResponse<String> answer =
                get(address(service).resolve("/actuator/prometheus"), "text/plain;version=0.0.4");
        if (answer.statusCode() != 200) {
            throw new AssertionError(service + " answers " + answer.statusCode());
        }
        return Scrape.of(answer.body());
    }

    HttpResponse<String> get(URI address, String accept) {
        try {
            return http.send(
                    HttpRequest.newBuilder(address).header("Accept", accept).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("no answer from " + address, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        running.values().forEach(ConfigurableApplicationContext::close);
        http.close();
        database.close();
        kafka.close();
    }
}
