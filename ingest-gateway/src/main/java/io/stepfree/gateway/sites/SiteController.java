package io.stepfree.gateway.sites;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.NewSite;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.gateway.admission.SiteAdmission;
import io.stepfree.gateway.idempotency.IdempotencyKey;
import io.stepfree.gateway.idempotency.OncePerKey;
import io.stepfree.gateway.idempotency.OncePerKey.Submitted;
import io.stepfree.gateway.limits.Allowance;
import io.stepfree.gateway.limits.Allowances;
import io.stepfree.gateway.scans.QueueBound;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The sites over HTTP: submit, show, cancel. How its scans are, the site's batch tells. */
@RestController
final class SiteController {

    private static final String SITES = "/api/sites";

    private final Allowances allowances;
    private final QueueBound queue;
    private final JsonBody bodies;
    private final SiteAdmission admission;
    private final SiteIntake intake;
    private final OncePerKey oncePerKey;
    private final SiteProjection projection;

    /**
     * The answer to a submitted site.
     *
     * @param pages how many pages are scanned at most
     */
    record Accepted(
            String id,
            String status,
            String url,
            String batch,
            int pages,
            String requestId,
            SiteStatus.Links links) {}

    /** The answer to a cancelled site. */
    record CancelOrdered(String id, String requestId, SiteStatus.Links links) {}

    SiteController(
            Allowances allowances,
            QueueBound queue,
            JsonBody bodies,
            SiteAdmission admission,
            SiteIntake intake,
            OncePerKey oncePerKey,
            SiteProjection projection) {
        this.allowances = allowances;
        this.queue = queue;
        this.bodies = bodies;
        this.admission = admission;
        this.intake = intake;
        this.oncePerKey = oncePerKey;
        this.projection = projection;
    }

    @Needs(Scope.SUBMIT)
    @PostMapping(SITES)
    ResponseEntity<Accepted> submit(
            Caller caller, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Optional<IdempotencyKey> key =
                IdempotencyKey.read(Collections.list(request.getHeaders(IdempotencyKey.HEADER)));
        JsonNode body =
                bodies.required(
                        new JsonBody.Source(
                                request.getContentType(),
                                request.getHeader(HttpHeaders.CONTENT_ENCODING),
                                request.getContentLengthLong(),
                                request.getInputStream()));
        NewSite site = admission.admit(body);
        Allowance client = allowances.of(caller);
        client.tellLimit(response);
        var beginning =
                new SiteBeginning(
                        caller.client(), site, pages(site, client), intake, queue, client);
        try {
            Submitted submitted = submit(caller.client(), key, body, beginning);
            return accepted(submitted, site, beginning.scans());
        } finally {
            beginning.allowance().tell(response);
        }
    }

    /** Who says nothing gets as many as are usual, or as many as are left of the plan. */
    private static int pages(NewSite site, Allowance client) {
        if (site.pages().isPresent()) {
            return site.pages().getAsInt();
        }
        long left = client.left().orElse(NewSite.USUAL_PAGES);
        return (int) Math.max(1, Math.min(NewSite.USUAL_PAGES, left));
    }

    private Submitted submit(
            String client, Optional<IdempotencyKey> key, JsonNode body, SiteBeginning beginning) {
        String siteId = intake.newId();
        RequestId requestId = requestId();
        if (key.isPresent()) {
            // Told apart from a scan with the same body.
            JsonNode likeness = JsonMapper.shared().createObjectNode().set("site", body);
            return oncePerKey.submit(client, key.get(), likeness, siteId, requestId, beginning);
        }
        beginning.begin(siteId, requestId);
        return new Submitted(siteId, requestId);
    }

    private static ResponseEntity<Accepted> accepted(Submitted submitted, NewSite site, int pages) {
        String siteId = submitted.scanId();
        SiteStatus.Links links = SiteStatus.Links.of(siteId);
        return ResponseEntity.accepted()
                .location(URI.create(links.self()))
                .body(
                        new Accepted(
                                siteId,
                                "accepted",
                                site.page().url(),
                                SiteStatus.batchOf(siteId),
                                pages,
                                submitted.requestId().value(),
                                links));
    }

    @Needs(Scope.READ)
    @GetMapping(SITES + "/{id}")
    SiteStatus show(Caller caller, @PathVariable String id) {
        return known(caller.client(), id);
    }

    @Needs(Scope.SUBMIT)
    @DeleteMapping(SITES + "/{id}")
    ResponseEntity<CancelOrdered> cancel(Caller caller, @PathVariable String id) {
        SiteStatus site = known(caller.client(), id);
        if (site.hasEnded()) {
            throw new ProblemException(
                    ProblemType.CONFLICT,
                    "Site %s has ended: none of its %,d scans is open, so there is nothing to cancel."
                            .formatted(site.id(), site.pages().submitted()));
        }
        RequestId requestId = requestId();
        intake.cancel(site.id(), requestId);
        return ResponseEntity.accepted()
                .body(new CancelOrdered(site.id(), requestId.value(), site.links()));
    }

    private SiteStatus known(String client, String id) {
        return ScanIds.read(id)
                .flatMap(siteId ->
                        projection
                                .find(client, siteId)
                                .or(() ->
                                        intake.recent(client, siteId)
                                                .map(SiteStatus::justAccepted)))
                .orElseThrow(() ->
                        new ProblemException(
                                ProblemType.NOT_FOUND,
                                "There is no site with the id %s.".formatted(id)));
    }

    private static RequestId requestId() {
        return RequestContext.current().orElseGet(RequestId::create);
    }
}
