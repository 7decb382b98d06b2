package io.stepfree.standalone.machine;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Where this process's log goes: to a file of the home, so that the terminal belongs to the person.
 */
public final class Logs {

    private static final String OFF = "/io/stepfree/standalone/logback-off.xml";
    private static final String FILE = "/io/stepfree/standalone/logback-machine.xml";

    private Logs() {}

    /** Nothing is logged; for commands that only ask a running machine. */
    public static void off() {
        configure(OFF, null);
    }

    /** The file that {@link #to} writes. */
    static Path file(Path folder) {
        return folder.resolve("stepfree.log");
    }

    /** Everything goes to {@code stepfree.log} in {@code folder}. */
    static void to(Path folder) {
        configure(FILE, folder);
    }

    private static void configure(String configuration, @Nullable Path folder) {
        // Spring Boot would otherwise set up its own, which writes to the terminal.
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        // Tomcat and the JDK's own classes log through java.util.logging.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        context.reset();
        if (folder != null) {
            context.putProperty("folder", folder.toString());
        }
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        try {
            configurator.doConfigure(Logs.class.getResource(configuration));
        } catch (JoranException e) {
            throw new IllegalStateException(e);
        }
    }
}
