package io.stepfree.standalone.machine;

import io.stepfree.alerts.AlertApplication;
import io.stepfree.deadletters.DeadLetterApplication;
import io.stepfree.gateway.GatewayApplication;
import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.processor.ProcessorApplication;
import io.stepfree.reports.ReportApplication;
import io.stepfree.scheduler.SchedulerApplication;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;

/** The six services as Spring contexts in this JVM, started side by side. */
final class Services {

    private record Service(String name, Class<?> application) {}

    private static final Service GATEWAY = new Service("ingest-gateway", GatewayApplication.class);

    private static final Service WORKER = new Service("scan-processor", ProcessorApplication.class);

    /** In the order in which they are stopped after the gateway: along the data path. */
    private static final List<Service> BEHIND_THE_GATEWAY =
            List.of(
                    new Service("scan-scheduler", SchedulerApplication.class),
                    WORKER,
                    new Service("report-builder", ReportApplication.class),
                    new Service("dlq-processor", DeadLetterApplication.class),
                    new Service("alert-processor", AlertApplication.class));

    private static final String WITHOUT_WEB = "--spring.main.web-application-type=none";

    private final List<String> common;
    private final List<String> ofGateway;
    private final List<String> ofWorker;
    private final Path log;
    private final List<ConfigurableApplicationContext> behind = new ArrayList<>();
    private @Nullable ConfigurableApplicationContext gateway;
    private boolean stopping;

    /**
     * @param common settings of every service, as command line arguments
     * @param ofGateway further ones for the gateway
     * @param ofWorker further ones for the worker
     * @param log where they log to, for messages
     */
    Services(List<String> common, List<String> ofGateway, List<String> ofWorker, Path log) {
        this.log = log;
        this.common = List.copyOf(common);
        this.ofGateway = List.copyOf(ofGateway);
        this.ofWorker = List.copyOf(ofWorker);
    }

    /**
     * Begins to start all; done when all are, failed with {@link MachineException} naming the first
     * that cannot.
     */
    CompletableFuture<Void> start(Starts starts) {
        var begun = new ArrayList<CompletableFuture<Void>>();
        for (var service : BEHIND_THE_GATEWAY) {
            begun.add(
                    starts.begin(
                            service.name(),
                            () -> start(service, further(service), this::addBehind)));
        }
        begun.add(starts.begin(GATEWAY.name(), () -> start(GATEWAY, ofGateway, this::addGateway)));
        return CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new));
    }

    private List<String> further(Service service) {
        var further = new ArrayList<>(List.of(WITHOUT_WEB));
        if (service.equals(WORKER)) {
            further.addAll(ofWorker);
        }
        return further;
    }

    /** Closes the gateway, so that nothing new comes in; waits for it at most {@code limit}. */
    void stopGateway(Duration limit) {
        @Nullable ConfigurableApplicationContext closing;
        synchronized (this) {
            stopping = true;
            closing = gateway;
        }
        if (closing != null) {
            close(List.of(closing), limit);
        }
    }

    /**
     * Closes the others side by side; each finishes what it has begun, in at most {@code limit}.
     */
    void stopOthers(Duration limit) {
        List<ConfigurableApplicationContext> closing;
        synchronized (this) {
            stopping = true;
            closing = List.copyOf(behind);
        }
        close(closing, limit);
    }

    private static void close(List<ConfigurableApplicationContext> contexts, Duration limit) {
        var closings =
                contexts.stream().map(Services::closeAside).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(closings).get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LoggerFactory.getLogger(Services.class).warn("A service did not stop well", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static CompletableFuture<Void> closeAside(ConfigurableApplicationContext context) {
        return CompletableFuture.runAsync(
                context::close,
                work -> Thread.ofPlatform().name("stop-services").daemon().start(work));
    }

    private interface Started {
        boolean keep(ConfigurableApplicationContext context);
    }

    private void start(Service service, List<String> further, Started started) {
        var arguments = new ArrayList<>(common);
        arguments.addAll(further);
        var context = run(service, arguments);
        if (!started.keep(context)) {
            context.close();
        }
    }

    private ConfigurableApplicationContext run(Service service, List<String> arguments) {
        try {
            return ServiceApplication.run(
                    service.name(), service.application(), arguments.toArray(String[]::new));
        } catch (RuntimeException e) {
            throw new MachineException(
                    "%s could not start: %s; see %s.".formatted(service.name(), reason(e), log), e);
        }
    }

    /**
     * The sentence with which a service refuses to start. Where there is none, the first line of
     * the cause at the bottom says what is wrong; those above it only where it was met.
     */
    static String reason(Throwable thrown) {
        var cause = thrown;
        while (!(cause instanceof CannotStartException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        var message = cause.getMessage();
        return message == null
                ? cause.toString()
                : message.lines().findFirst().orElse("").replaceFirst("\\.$", "");
    }

    private synchronized boolean addBehind(ConfigurableApplicationContext context) {
        return !stopping && behind.add(context);
    }

    private synchronized boolean addGateway(ConfigurableApplicationContext context) {
        gateway = context;
        return !stopping;
    }
}
