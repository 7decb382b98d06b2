package io.stepfree.platform.errors;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.sentry.Sentry;
import io.sentry.logback.SentryAppender;
import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.platform.boot.ServiceIdentity;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Sends what is logged as an error to Sentry, with request and scan id as tags. Off, and not even
 * loaded, unless there is a DSN. Sentry being away is no trouble: it is tried in the background,
 * and what does not fit into its queue is dropped there; the log has it anyway. Thread-safe.
 */
final class SentryReporting implements AutoCloseable {

    private static final int QUEUE = 100;

    private final @Nullable SentryAppender appender;

    private SentryReporting(@Nullable SentryAppender appender) {
        this.appender = appender;
    }

    /**
     * @throws CannotStartException when the DSN is none
     */
    static SentryReporting of(SentryProperties properties, ServiceIdentity identity) {
        if (!properties.enabled() || !(loggers() instanceof LoggerContext context)) {
            return new SentryReporting(null);
        }
        begin(properties, identity);
        var appender = new SentryAppender();
        appender.setName("sentry");
        appender.setContext(context);
        appender.setMinimumEventLevel(Level.ERROR);
        appender.setMinimumBreadcrumbLevel(Level.WARN);
        appender.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
        return new SentryReporting(appender);
    }

    private static void begin(SentryProperties properties, ServiceIdentity identity) {
        try {
            Sentry.init(options -> {
                options.setDsn(properties.dsn());
                options.setEnvironment(properties.environment());
                options.setRelease("stepfree@" + identity.version());
                options.setServerName(identity.instance());
                options.setTag("service", identity.service());
                // Whose pages are scanned is nobody else's business.
                options.setSendDefaultPii(false);
                options.setMaxQueueSize(QUEUE);
                options.setEnableUncaughtExceptionHandler(false);
                options.addContextTag("requestId");
                options.addContextTag("scanId");
            });
        } catch (IllegalArgumentException _) {
            // Its message would tell the secret.
            throw new CannotStartException(
                    "stepfree.sentry.dsn is no DSN; copy the one that Sentry shows for the project, as https://KEY@sentry.example/1, or leave it empty.");
        }
    }

    private static Object loggers() {
        return LoggerFactory.getILoggerFactory();
    }

    @Override
    public void close() {
        if (appender != null && loggers() instanceof LoggerContext context) {
            context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(appender);
            appender.stop();
            Sentry.close();
        }
    }
}
