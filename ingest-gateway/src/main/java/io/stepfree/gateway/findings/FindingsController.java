package io.stepfree.gateway.findings;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.ChosenFindings;
import io.stepfree.gateway.admission.FindingFilter;
import io.stepfree.gateway.admission.PageLimit;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Findings over HTTP: those that a client chooses, page by page, and what a scan has changed. */
@Needs(Scope.READ)
@RestController
final class FindingsController {

    private static final Set<String> PAGING = Set.of("limit", "cursor");

    private final FindingPages pages;
    private final ChangeProjection changes;

    FindingsController(FindingPages pages, ChangeProjection changes) {
        this.pages = pages;
        this.changes = changes;
    }

    @GetMapping("/api/findings")
    FindingPages.Page list(Caller caller, @RequestParam MultiValueMap<String, String> parameters) {
        FindingFilter filter = ChosenFindings.ofQuery(parameters, PAGING);
        int limit = PageLimit.read(parameters.getFirst("limit"));
        return pages.page(caller.client(), filter, parameters.getFirst("cursor"), limit);
    }

    @GetMapping("/api/scans/{id}/changes")
    ScanChanges changes(
            Caller caller,
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String limit) {
        int most = PageLimit.read(limit);
        String scanId = ScanIds.read(id).orElseThrow(() -> unknown(id));
        return changes.find(caller.client(), scanId, most)
                .orElseThrow(() ->
                        changes.status(caller.client(), scanId)
                                .map(status -> none(scanId, status))
                                .orElseGet(() -> unknown(id)));
    }

    private static ProblemException none(String id, String status) {
        return new ProblemException(
                ProblemType.CONFLICT,
                status.equals("completed")
                        ? "Of scan %s no changes are known: its report is being written, so ask again in a moment; or it is from before changes were kept, or older than they are kept."
                                .formatted(id)
                        : "Scan %s has no changes: it is %s, and only a completed scan is compared."
                                .formatted(id, status));
    }

    private static ProblemException unknown(String id) {
        return new ProblemException(
                ProblemType.NOT_FOUND, "There is no scan with the id %s.".formatted(id));
    }
}
