package io.stepfree.reports.shelf;

import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;

/** Some reports could not be removed, as where they lie could not be reached; all others were. */
public final class LeftReportsException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Set<String> buckets;

    /**
     * @param failures why, by the bucket that they lie in; by the empty name for the folder
     */
    LeftReportsException(SortedMap<String, IOException> failures) {
        super(
                Objects.requireNonNull(failures.firstEntry()).getValue().getMessage(),
                failures.firstEntry().getValue());
        this.buckets = Set.copyOf(failures.keySet());
        failures.values().stream().skip(1).forEach(this::addSuppressed);
    }

    /** The names of the buckets that they lie in; the empty name is that of the folder. */
    public Set<String> buckets() {
        return buckets;
    }
}
