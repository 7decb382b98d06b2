package io.stepfree.schemas.registry;

/**
 * The registry did not give what was asked for. The subclass says whether trying again can help.
 */
public abstract sealed class RegistryException extends RuntimeException {

    private RegistryException(String message, Throwable cause) {
        super(message, cause);
    }

    private RegistryException(String message) {
        super(message);
    }

    /** The registry could not be reached or was not well: the same call may succeed later. */
    public static final class Unavailable extends RegistryException {
        Unavailable(String message, Throwable cause) {
            super(message, cause);
        }

        Unavailable(String message) {
            super(message);
        }
    }

    /**
     * The registry has no Avro schema of that id for us: the record was not written by one of ours,
     * or into another registry.
     */
    public static final class UnknownSchema extends RegistryException {
        UnknownSchema(String message) {
            super(message);
        }
    }

    /**
     * The registry refused: incompatible or malformed schema, missing rights, or what answers is no
     * registry. Only a person can mend that.
     */
    public static final class Refused extends RegistryException {
        Refused(String message) {
            super(message);
        }
    }
}
