package io.stepfree.platform.boot;

import org.springframework.boot.ExitCodeGenerator;

/** A service cannot start, and its message says why and what helps in one sentence. */
public class CannotStartException extends RuntimeException implements ExitCodeGenerator {

    /**
     * The exit code of a service that cannot start for such a reason, as the command line has it.
     */
    private static final int INFRASTRUCTURE = 3;

    public CannotStartException(String message) {
        super(message);
    }

    public CannotStartException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public int getExitCode() {
        return INFRASTRUCTURE;
    }
}
