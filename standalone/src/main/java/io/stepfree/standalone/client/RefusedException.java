package io.stepfree.standalone.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gateway answered that the request is wrong (4xx). The message is its explanation, for a
 * person.
 */
public final class RefusedException extends RuntimeException {

    /**
     * What is wrong with one field.
     *
     * @param pointer where in the body (RFC 6901), or else the name of a query parameter
     * @param value what was sent; absent where it is not shown
     * @param detail what is wrong
     */
    public record Fault(String pointer, @Nullable String value, String detail) {}

    private final int status;
    private final List<Fault> faults;

    RefusedException(int status, String detail, List<Fault> faults) {
        super(detail);
        this.status = status;
        this.faults = List.copyOf(faults);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The fields that are wrong; empty when it is not about fields. */
    public List<Fault> faults() {
        return faults;
    }
}
