package io.stepfree.load.history;

import io.stepfree.standalone.client.ScanView;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One scan of a page, when it has ended.
 *
 * @param scan its id
 * @param seen whether the page was seen; only then can it be compared
 * @param trouble why it was not; empty where it was
 * @param names the fingerprints of all that was found
 * @param changes what the gateway tells of it beside the one before; null where it has no report
 */
record Look(
        String scan, boolean seen, String trouble, Set<String> names, @Nullable Changes changes) {

    Look {
        names = Set.copyOf(names);
    }

    /**
     * @param scan as it ended
     * @param changes null where it has no report
     */
    static Look of(ScanView scan, @Nullable Changes changes) {
        var report = scan.report();
        var failure = scan.failure();
        if (report == null) {
            return new Look(
                    scan.id(),
                    false,
                    failure == null
                            ? scan.status()
                            : "%s: %s".formatted(failure.type(), failure.message()),
                    Set.of(),
                    changes);
        }
        boolean suspect = report.path("validity").asString("").equals("suspect");
        return new Look(
                scan.id(),
                !suspect,
                suspect ? "suspect: " + report.path("warnings").path(0).asString("") : "",
                Set.copyOf(report.findValuesAsString("fingerprint")),
                changes);
    }
}
