package io.stepfree.platform.database;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/** What PostgreSQL says of a failure by its SQLSTATE (PostgreSQL manual, appendix A). */
public final class SqlStates {

    private static final int LENGTH = 5;

    /*
     * Classes that pass by themselves: connection lost, resources short, operator intervened, which is also a
     * shutdown.
     */
    private static final Set<String> OUTAGES = Set.of("08", "53", "57");

    private SqlStates() {}

    /** The first SQLSTATE among a failure and its causes, if one has it. */
    public static Optional<String> of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return Optional.of(sql.getSQLState());
            }
        }
        return Optional.empty();
    }

    /** Whether a failure tells that the database is away or overloaded, so that it passes. */
    public static boolean tellOutage(Throwable failure) {
        return of(failure)
                .filter(state ->
                        state.length() == LENGTH && OUTAGES.contains(state.substring(0, 2)))
                .isPresent();
    }
}
