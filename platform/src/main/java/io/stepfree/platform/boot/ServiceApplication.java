package io.stepfree.platform.boot;

import io.stepfree.platform.planted.PlantedBug;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Starts one service. Its settings come from {@code <name>.yaml} beside its classes, then the
 * environment, then the arguments; the name keeps services apart that share a class path.
 */
public final class ServiceApplication {

    /** That something needed could not be started or reached, as on the command line. */
    static final int CANNOT_START = 3;

    private ServiceApplication() {}

    /**
     * Starts a service that has the process to itself. When it cannot start, the reason is in the
     * log, in one sentence where it is one of those to be expected, and the process ends with exit
     * code 3.
     */
    public static void main(String name, Class<?> application, String... arguments) {
        try {
            run(name, application, arguments);
        } catch (RuntimeException _) {
            // Spring has told it.
            System.exit(CANNOT_START);
        }
    }

    /**
     * @param name the service's name, which is also the name of its settings file
     * @return the running context; closing it stops the service
     */
    public static ConfigurableApplicationContext run(
            String name, Class<?> application, String... arguments) {
        PlantedBug.announce();
        return new SpringApplicationBuilder(application)
                .properties(
                        "spring.config.name=" + name,
                        "spring.application.name=" + name,
                        "spring.main.banner-mode=off",
                        "spring.jmx.enabled=false",
                        "spring.threads.virtual.enabled=true",
                        "server.shutdown=graceful",
                        "spring.lifecycle.timeout-per-shutdown-phase=30s",
                        "management.endpoint.health.probes.enabled=true",
                        "management.endpoint.health.probes.add-additional-paths=true",
                        "management.endpoint.health.group.readiness.include=readinessState,needed",
                        "management.endpoints.web.exposure.include=health,info,metrics,prometheus",
                        "logging.level.org.apache.kafka=WARN",
                        // It says of every partition that there is no second instance for a copy.
                        "logging.level.org.apache.kafka.streams.processor.internals.assignment.DefaultStandbyTaskAssignor=ERROR",
                        "logging.level.org.springframework.kafka=WARN",
                        "logging.level.org.flywaydb=WARN")
                .listeners(new LogSettings())
                .run(arguments);
    }

    /** Sets how log lines look once the settings are known and before the log is set up. */
    private static final class LogSettings
            implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

        @Override
        public int getOrder() {
            return LoggingApplicationListener.DEFAULT_ORDER - 1;
        }

        @Override
        public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
            ConfigurableEnvironment environment = event.getEnvironment();
            // What is none of them stops the start, when the settings are bound.
            LogFormat format =
                    Binder.get(environment)
                            .bind("stepfree.logs.format", Bindable.of(String.class))
                            .map(text ->
                                    text.equalsIgnoreCase("ecs") ? LogFormat.ECS : LogFormat.PLAIN)
                            .orElse(LogFormat.PLAIN);
            environment
                    .getPropertySources()
                    .addLast(new MapPropertySource("stepfree.logs", format.settings()));
        }
    }
}
