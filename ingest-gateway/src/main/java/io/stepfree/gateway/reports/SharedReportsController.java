package io.stepfree.gateway.reports;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.NeedsNoKey;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.limits.RequestRates;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.http.CacheControl;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows whoever has a link the one report that it was made for. It counts against the requests that
 * the client may make in a second, so that a link that went round burdens its client first. What is
 * laid over a report for the client itself, its decisions with names and reasons, is not shown.
 */
@NeedsNoKey
@RestController
final class SharedReportsController {

    private final ReportLinks links;
    private final ReportsController reports;
    private final RequestRates rates;

    SharedReportsController(ReportLinks links, ReportsController reports, RequestRates rates) {
        this.links = links;
        this.reports = reports;
        this.rates = rates;
    }

    @GetMapping(ReportLinks.PATH + "{link}")
    void show(@PathVariable String link, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        SignedLink known = links.follow(link);
        rates.admit(new Caller("a link", known.client(), Set.of(Scope.READ), Caller.STANDARD_PLAN));
        response.setHeader("X-Robots-Tag", "noindex, nofollow");
        reports.scanReport(
                known.client(),
                known.scanId(),
                known.format(),
                false,
                CacheControl.noStore(),
                request,
                response);
    }
}
