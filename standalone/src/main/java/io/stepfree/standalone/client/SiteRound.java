package io.stepfree.standalone.client;

import java.time.Duration;
import java.util.function.Consumer;

/** Waits for a site to end. For one thread. */
public final class SiteRound {

    private static final Duration PAUSE = Duration.ofMillis(500);

    /** How long the gateway may stay away before we give up. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final GatewayClient gateway;

    public SiteRound(GatewayClient gateway) {
        this.gateway = gateway;
    }

    /**
     * Waits until every scan of the site has ended. Every scan ends by itself, so there is no limit
     * to the wait but the patience with a gateway that does not answer.
     *
     * @param progress is told how it stands, again and again
     * @return how it ended
     */
    public SiteView await(String id, Consumer<SiteView> progress) throws InterruptedException {
        long heard = System.nanoTime();
        while (true) {
            try {
                SiteView site = gateway.site(id);
                heard = System.nanoTime();
                progress.accept(site);
                if (site.hasEnded()) {
                    return site;
                }
            } catch (UnreachableException e) {
                if (System.nanoTime() - heard > PATIENCE.toNanos()) {
                    throw e;
                }
            }
            Thread.sleep(PAUSE);
        }
    }
}
