package io.stepfree.platform.boot;

import io.stepfree.platform.planted.PlantedBug;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

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
                        "management.endpoints.web.exposure.include=health,info,metrics",
                        "logging.pattern.correlation=[%X{requestId:-}] [%X{scanId:-}] ",
                        "logging.level.org.apache.kafka=WARN",
                        "logging.level.org.springframework.kafka=WARN",
                        "logging.level.org.flywaydb=WARN")
                .run(arguments);
    }
}
