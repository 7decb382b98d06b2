package io.stepfree.gateway.scans;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.ChosenScans;
import io.stepfree.gateway.admission.PageLimit;
import io.stepfree.gateway.admission.ScanFilter;
import java.util.Set;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The scans of a client over HTTP: those that it chooses, page by page. */
@Needs(Scope.READ)
@RestController
public final class ScanListController {

    private static final Set<String> PAGING = Set.of("limit", "cursor");

    private final ScanPages pages;

    public ScanListController(ScanPages pages) {
        this.pages = pages;
    }

    @GetMapping("/api/scans")
    ScanPages.Page list(Caller caller, @RequestParam MultiValueMap<String, String> parameters) {
        ScanFilter filter = ChosenScans.ofQuery(parameters, PAGING);
        int limit = PageLimit.read(parameters.getFirst("limit"));
        return pages.page(caller.client(), filter, parameters.getFirst("cursor"), limit);
    }
}
