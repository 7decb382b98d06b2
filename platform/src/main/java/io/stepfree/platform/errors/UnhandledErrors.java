package io.stepfree.platform.errors;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.metric.OwnMeter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what a thread dies of because nobody has caught it: logs it as an error and counts it.
 * Thread-safe.
 */
public final class UnhandledErrors implements Thread.UncaughtExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(UnhandledErrors.class);

    private final Counter counter;

    private UnhandledErrors(MeterRegistry meters) {
        counter = OwnMeter.ERRORS_UNHANDLED.counter(meters);
    }

    /**
     * Makes this what all threads of the process end with; where several services share a process,
     * the first of them counts.
     */
    static UnhandledErrors install(MeterRegistry meters) {
        var errors = new UnhandledErrors(meters);
        if (!(Thread.getDefaultUncaughtExceptionHandler() instanceof UnhandledErrors)) {
            Thread.setDefaultUncaughtExceptionHandler(errors);
        }
        return errors;
    }

    /** Gives way to whoever comes next; for whoever has installed it. */
    void uninstall() {
        if (equals(Thread.getDefaultUncaughtExceptionHandler())) {
            Thread.setDefaultUncaughtExceptionHandler(null);
        }
    }

    @Override
    public void uncaughtException(Thread thread, Throwable error) {
        counter.increment();
        log.error("The thread {} has died of an error that nobody caught", thread.getName(), error);
    }
}
