package io.stepfree.gateway.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.Set;

/**
 * Who makes a request. A controller takes one as a parameter, and gives its client to whatever it
 * asks or orders.
 *
 * @param name for the records: which key or token it was
 * @param client whose scans it may see and order
 * @param scopes what it may do
 * @param plan how much it may do
 */
public record Caller(String name, String client, Set<Scope> scopes, String plan) {

    /** The client of whoever sits at the machine itself. */
    public static final String LOCAL_CLIENT = "local";

    /** The plan of keys that name none. */
    public static final String STANDARD_PLAN = "standard";

    /** The plan of whoever runs the platform. */
    public static final String UNLIMITED_PLAN = "unlimited";

    private static final String ATTRIBUTE = Caller.class.getName();

    public Caller {
        scopes = Set.copyOf(scopes);
    }

    /** Who makes this request; empty where nobody is asked for who they are. */
    public static Optional<Caller> of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Caller known
                ? Optional.of(known)
                : Optional.empty();
    }

    /** From here on this is who makes the request. */
    public void make(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** Whoever runs the platform, known by that name. */
    static Caller operator(String name) {
        return new Caller(name, LOCAL_CLIENT, Set.of(Scope.values()), UNLIMITED_PLAN);
    }

    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }
}
