package io.stepfree.gateway.access;

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

    public Caller {
        scopes = Set.copyOf(scopes);
    }

    /** Whoever runs the platform, known by that name. */
    static Caller operator(String name) {
        return new Caller(name, LOCAL_CLIENT, Set.of(Scope.values()), UNLIMITED_PLAN);
    }

    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }
}
