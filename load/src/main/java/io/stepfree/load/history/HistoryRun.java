package io.stepfree.load.history;

import io.stepfree.load.chaos.pipeline.Pipeline;
import io.stepfree.load.chaos.pipeline.PipelineSettings;
import io.stepfree.load.chaos.pipeline.Service;
import io.stepfree.load.measure.MeasurementException;
import io.stepfree.standalone.client.GatewayClient;
import io.stepfree.standalone.client.NewScan;
import io.stepfree.standalone.client.RefusedException;
import io.stepfree.standalone.client.ScanView;
import io.stepfree.standalone.client.UnreachableException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The whole pipeline as processes of its own, to which pages are given. For one thread. */
final class HistoryRun implements AutoCloseable {

    /** The most rules, and with them the most findings. */
    private static final String STANDARD = "best-practice";

    private static final Duration JOB_DEADLINE = Duration.ofMinutes(3);

    /** Short, because a round is as long as the page of it that fails at every attempt. */
    private static final String RETRY_DELAYS = "1s,1s,1s";

    /** How long a round may take, and how much longer for each of its pages. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static final Duration LIMIT_OF_A_PAGE = Duration.ofSeconds(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
    private static final int NOT_FOUND = 404;

    private final Pipeline pipeline;
    private final GatewayClient gateway;
    private final PrintStream output;

    private HistoryRun(Pipeline pipeline, PrintStream output) {
        this.pipeline = pipeline;
        this.gateway = new GatewayClient(pipeline.gateway());
        this.output = output;
    }

    /**
     * Starts it; returns when everything is ready.
     *
     * @param root the folder of the checkout
     * @param folder where its data lies
     * @param pages what will be scanned
     */
    static HistoryRun start(Path root, Path folder, List<Page> pages, PrintStream output)
            throws InterruptedException {
        var pipeline =
                new Pipeline(
                        new PipelineSettings(
                                root,
                                folder,
                                root.resolve("load/target/history"),
                                targets(pages),
                                JOB_DEADLINE,
                                RETRY_DELAYS,
                                null,
                                null));
        try {
            output.println("Starting broker, registry, database and every service on the way");
            pipeline.startFoundations();
            pipeline.start(Service.ON_THE_WAY);
            pipeline.broker().assureOurs();
            return new HistoryRun(pipeline, output);
        } catch (MeasurementException | InterruptedException e) {
            pipeline.close();
            throw e;
        }
    }

    private static List<String> targets(List<Page> pages) {
        return pages.stream()
                .map(page -> URI.create(page.address()).getAuthority())
                .distinct()
                .toList();
    }

    /**
     * Has all pages scanned, and when all these scans have ended, has them all scanned again.
     *
     * @throws MeasurementException when a scan does not end, or the gateway does not answer
     */
    List<TwoLooks> scanTwice(List<Page> pages) throws InterruptedException {
        try {
            return looks(pages);
        } catch (UnreachableException | RefusedException e) {
            throw new MeasurementException(
                    "The pages cannot be scanned: %s".formatted(e.getMessage()), e);
        }
    }

    private List<TwoLooks> looks(List<Page> pages) throws InterruptedException {
        List<ScanView> first = round("first", pages);
        List<ScanView> second = round("second", pages);
        var looks = new ArrayList<TwoLooks>();
        for (int i = 0; i < pages.size(); i++) {
            looks.add(new TwoLooks(pages.get(i), look(first.get(i)), look(second.get(i))));
        }
        return looks;
    }

    private List<ScanView> round(String name, List<Page> pages) throws InterruptedException {
        long start = System.nanoTime();
        var scans = new ArrayList<String>();
        for (Page page : pages) {
            // A new one in any case, as the client says that no cached result will do.
            scans.add(
                    gateway.submit(
                            new NewScan(page.address(), STANDARD, null, page.timeoutMillis())));
        }
        long giveUp = start + LIMIT.plus(LIMIT_OF_A_PAGE.multipliedBy(pages.size())).toNanos();
        var ended = new ArrayList<ScanView>();
        // One after the other: when the last one has ended, all have.
        for (String scan : scans) {
            ended.add(await(scan, giveUp));
        }
        output.println(
                "%,d pages scanned, %s round, in %,d s"
                        .formatted(
                                pages.size(), name, (System.nanoTime() - start) / 1_000_000_000L));
        output.flush();
        return ended;
    }

    private ScanView await(String scan, long giveUp) throws InterruptedException {
        while (true) {
            ScanView now = view(scan);
            if (now != null && now.ended()) {
                return now;
            }
            if (System.nanoTime() > giveUp) {
                throw new MeasurementException(
                        "The scan %s has not ended in time; it stands as %s."
                                .formatted(scan, now == null ? "not known" : now.status()));
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    /** Null while the gateway has not read back what it accepted. */
    private @Nullable ScanView view(String scan) {
        try {
            return gateway.scan(scan);
        } catch (RefusedException e) {
            if (e.status() == NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    private Look look(ScanView scan) {
        return Look.of(
                scan,
                scan.report() == null
                        ? null
                        : Changes.of(gateway.changes(scan.id(), Changes.LISTED)));
    }

    /** Ends everything in order. */
    void stop() throws InterruptedException {
        pipeline.stopAll();
    }

    @Override
    public void close() {
        try {
            gateway.close();
        } finally {
            pipeline.close();
        }
    }
}
