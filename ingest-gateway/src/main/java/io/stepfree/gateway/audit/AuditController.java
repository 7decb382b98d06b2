package io.stepfree.gateway.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.ChosenAudit;
import io.stepfree.gateway.admission.PageLimit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The audit log over HTTP, page by page. */
@Needs(Scope.ADMIN)
@RestController
final class AuditController {

    private static final Set<String> PAGING = Set.of("limit", "cursor");

    private final AuditStore store;

    /** Some entries, and the word that the next page is asked for with; absent on the last. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Page(List<AuditEntry> items, @Nullable String next) {}

    AuditController(AuditStore store) {
        this.store = store;
    }

    @GetMapping("/admin/audit")
    Page list(@RequestParam MultiValueMap<String, String> parameters) {
        var filter = ChosenAudit.ofQuery(parameters, PAGING);
        int limit = PageLimit.read(parameters.getFirst("limit"));
        String cursor = parameters.getFirst("cursor");
        List<AuditEntry> found =
                store.page(filter, cursor == null ? null : AuditCursor.read(cursor), limit + 1);
        return found.size() <= limit
                ? new Page(found, null)
                : new Page(found.subList(0, limit), AuditCursor.of(found.get(limit - 1)).word());
    }
}
