package io.stepfree.gateway.sites;

import io.stepfree.gateway.admission.NewSite;
import io.stepfree.gateway.idempotency.OncePerKey;
import io.stepfree.gateway.limits.Allowance;
import io.stepfree.gateway.scans.QueueBound;
import io.stepfree.platform.request.RequestId;
import org.jdbi.v3.core.Handle;

/**
 * Begins one site: it must find room in the queue, as many pages as it may have are taken from its
 * client's allowance, and it is published. What cannot be published is given back. For one thread.
 */
final class SiteBeginning implements OncePerKey.Beginning {

    private final String client;
    private final NewSite site;
    private final SiteIntake intake;
    private final QueueBound queue;
    private int pages;
    private Allowance allowance;

    /**
     * @param allowance its client's
     */
    SiteBeginning(
            String client,
            NewSite site,
            int pages,
            SiteIntake intake,
            QueueBound queue,
            Allowance allowance) {
        this.client = client;
        this.site = site;
        this.pages = pages;
        this.intake = intake;
        this.queue = queue;
        this.allowance = allowance.of(pages);
    }

    /** All of it, for a site without a key. */
    void begin(String siteId, RequestId requestId) {
        queue.admit();
        allowance.take();
        try {
            publish(siteId, requestId);
        } catch (RuntimeException e) {
            allowance.giveBack();
            throw e;
        }
    }

    /** How many pages are scanned at most. */
    @Override
    public int scans() {
        return pages;
    }

    /** Where the order left the number open, another one may be left by now than was booked. */
    @Override
    public void countsAs(int scans) {
        if (scans != pages) {
            pages = scans;
            allowance = allowance.of(scans);
        }
    }

    /** What is left to the client, after what was taken. */
    Allowance allowance() {
        return allowance;
    }

    @Override
    public void admit(Handle handle) {
        queue.admit();
        allowance.take(handle);
    }

    @Override
    public void publish(String siteId, RequestId requestId) {
        intake.submit(client, site, pages, siteId, requestId);
    }

    @Override
    public void withdraw(Handle handle) {
        allowance.giveBack(handle);
    }
}
