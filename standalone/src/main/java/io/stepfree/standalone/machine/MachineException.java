package io.stepfree.standalone.machine;

/**
 * The machine cannot start or go on. The message is one sentence for the person at the terminal,
 * with the cure.
 */
public final class MachineException extends RuntimeException {

    public MachineException(String message) {
        super(message);
    }

    public MachineException(String message, Throwable cause) {
        super(message, cause);
    }
}
