package io.stepfree.scheduler.lifecycle;

import io.stepfree.scheduler.batch.BatchFollower;
import io.stepfree.scheduler.batch.BatchFollower.BatchStores;
import io.stepfree.scheduler.choice.DispatchBoard;
import io.stepfree.scheduler.choice.HostLimits;
import io.stepfree.scheduler.ledger.Books;
import io.stepfree.scheduler.retry.RetryPolicy;
import io.stepfree.scheduler.site.SiteExplorer;
import io.stepfree.scheduler.site.SiteExplorer.SiteStores;
import io.stepfree.scheduler.site.SiteLimits;
import io.stepfree.scheduler.site.UnderstoodSites;
import io.stepfree.scheduler.state.StateSerde;
import io.stepfree.schemas.scan.BatchMember;
import io.stepfree.schemas.scan.BatchRow;
import io.stepfree.schemas.scan.ClientLedger;
import io.stepfree.schemas.scan.HostPace;
import io.stepfree.schemas.scan.ScanState;
import io.stepfree.schemas.scan.SiteAddress;
import io.stepfree.schemas.scan.SiteRow;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topic;
import io.stepfree.schemas.topic.Topics;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The scheduler as a Kafka Streams topology. Commands and outcomes of one host meet in one task, so
 * that one thread sees everything that happens to a scan, in order, and moves it in one
 * transaction.
 *
 * <pre>
 *  scan.requests ─▶ commands ─┐                     ┌─▶ jobs         ─▶ scan.jobs
 *                             ├─▶ move-scans ───────┼─▶ results      ─▶ scan.results
 *  scan.attempts ─▶ outcomes ─┘   │ scans           ├─▶ dead-letters ─▶ scan.dead-letters
 *                                 │ agenda          ├─▶ events       ─▶ scan.events
 *                                 │ waiting         ├─▶ batch-steps  ─▶ scan.batches
 *                                 │ hosts           └─▶ ended-pages  ─▶ site.pages
 *                                 │ ledger
 *
 *  scan.batches ─▶ steps ─▶ follow-batches ─────────┬─▶ batch-cancels ─▶ scan.requests
 *                                 │ batches         └─▶ batch-events  ─▶ scan.events
 *                                 │ batch-members
 *
 *  site.commands  ─▶ site-orders ────┐
 *  site.documents ─▶ site-documents ─┼─▶ explore-sites ──┬─▶ site-fetches ─▶ site.fetches
 *  site.pages     ─▶ site-ends ──────┘   │ sites         ├─▶ site-scans   ─▶ scan.requests
 *                                        │ site-addresses└─▶ site-events  ─▶ site.events
 *                                        │ site-queue
 * </pre>
 */
public final class SchedulerTopology {

    static final String SCANS = "scans";
    static final String AGENDA = "agenda";
    static final String WAITING = "waiting";
    static final String HOSTS = "hosts";
    static final String LEDGER = "ledger";
    static final String BATCHES = "batches";
    static final String BATCH_MEMBERS = "batch-members";

    static final String JOBS = "jobs";
    static final String RESULTS = "results";
    static final String DEAD_LETTERS = "dead-letters";
    static final String EVENTS = "events";
    static final String BATCH_STEPS = "batch-steps";
    static final String ENDED_PAGES = "ended-pages";
    private static final String BATCH_CANCELS = "batch-cancels";
    private static final String BATCH_EVENTS = "batch-events";

    static final String SITES = "sites";
    static final String SITE_ADDRESSES = "site-addresses";
    static final String SITE_QUEUE = "site-queue";
    private static final String SITE_ORDERS = "site-orders";
    private static final String SITE_DOCUMENTS = "site-documents";
    private static final String SITE_ENDS = "site-ends";
    private static final String EXPLORE_SITES = "explore-sites";
    private static final String SITE_FETCHES = "site-fetches";
    private static final String SITE_SCANS = "site-scans";
    private static final String SITE_EVENTS = "site-events";

    private static final String COMMANDS = "commands";
    private static final String OUTCOMES = "outcomes";
    private static final String MOVE_SCANS = "move-scans";
    private static final String STEPS = "steps";
    private static final String FOLLOW_BATCHES = "follow-batches";

    private final AvroSerdes serdes;
    private final RetryPolicy retries;
    private final ScanTimes times;
    private final HostLimits hosts;
    private final DispatchBoard board;
    private final Books books;
    private final TransitionMeters meters;
    private final SiteLimits sites;

    /**
     * @param board shared by all partitions of this process
     * @param books shared by all partitions of this process
     */
    public SchedulerTopology(
            AvroSerdes serdes,
            RetryPolicy retries,
            ScanTimes times,
            HostLimits hosts,
            DispatchBoard board,
            Books books,
            TransitionMeters meters,
            SiteLimits sites) {
        this.serdes = serdes;
        this.retries = retries;
        this.times = times;
        this.hosts = hosts;
        this.board = board;
        this.books = books;
        this.meters = meters;
        this.sites = sites;
    }

    public Topology build() {
        var topology = new Topology();
        var commits = new PromptCommits();
        source(
                topology,
                COMMANDS,
                Topics.SCAN_REQUESTS,
                new UnderstoodCommands(serdes.deserializer(Topics.SCAN_REQUESTS)));
        source(topology, OUTCOMES, Topics.SCAN_ATTEMPTS, serdes.deserializer(Topics.SCAN_ATTEMPTS));
        topology.addProcessor(
                MOVE_SCANS,
                () -> new ScanMover(retries, times, hosts, board, books, meters, commits),
                COMMANDS,
                OUTCOMES);
        topology.addStateStore(rows(SCANS, ScanState.class), MOVE_SCANS);
        topology.addStateStore(index(AGENDA), MOVE_SCANS);
        topology.addStateStore(index(WAITING), MOVE_SCANS);
        topology.addStateStore(rows(HOSTS, HostPace.class), MOVE_SCANS);
        topology.addStateStore(rows(LEDGER, ClientLedger.class), MOVE_SCANS);
        sink(topology, JOBS, Topics.SCAN_JOBS, MOVE_SCANS);
        sink(topology, RESULTS, Topics.SCAN_RESULTS, MOVE_SCANS);
        sink(topology, DEAD_LETTERS, Topics.SCAN_DEAD_LETTERS, MOVE_SCANS);
        sink(topology, EVENTS, Topics.SCAN_EVENTS, MOVE_SCANS);
        sink(topology, BATCH_STEPS, Topics.SCAN_BATCHES, MOVE_SCANS);
        sink(topology, ENDED_PAGES, Topics.SITE_PAGES, MOVE_SCANS);
        followBatches(topology);
        exploreSites(topology);
        return topology;
    }

    private void followBatches(Topology topology) {
        source(topology, STEPS, Topics.SCAN_BATCHES, serdes.deserializer(Topics.SCAN_BATCHES));
        var names = new BatchStores(BATCHES, BATCH_MEMBERS, BATCH_CANCELS, BATCH_EVENTS);
        topology.addProcessor(
                FOLLOW_BATCHES,
                () -> new BatchFollower(names, times.endedKept(), times.batchesKept()),
                STEPS);
        topology.addStateStore(rows(BATCHES, BatchRow.class), FOLLOW_BATCHES);
        topology.addStateStore(rows(BATCH_MEMBERS, BatchMember.class), FOLLOW_BATCHES);
        sink(topology, BATCH_CANCELS, Topics.SCAN_REQUESTS, FOLLOW_BATCHES);
        sink(topology, BATCH_EVENTS, Topics.SCAN_EVENTS, FOLLOW_BATCHES);
    }

    private void exploreSites(Topology topology) {
        source(
                topology,
                SITE_ORDERS,
                Topics.SITE_COMMANDS,
                new UnderstoodSites(serdes.deserializer(Topics.SITE_COMMANDS)));
        source(
                topology,
                SITE_DOCUMENTS,
                Topics.SITE_DOCUMENTS,
                serdes.deserializer(Topics.SITE_DOCUMENTS));
        source(topology, SITE_ENDS, Topics.SITE_PAGES, serdes.deserializer(Topics.SITE_PAGES));
        var names =
                new SiteStores(
                        SITES, SITE_ADDRESSES, SITE_QUEUE, SITE_FETCHES, SITE_SCANS, SITE_EVENTS);
        topology.addProcessor(
                EXPLORE_SITES,
                () -> new SiteExplorer(names, sites),
                SITE_ORDERS,
                SITE_DOCUMENTS,
                SITE_ENDS);
        topology.addStateStore(rows(SITES, SiteRow.class), EXPLORE_SITES);
        topology.addStateStore(rows(SITE_ADDRESSES, SiteAddress.class), EXPLORE_SITES);
        topology.addStateStore(index(SITE_QUEUE), EXPLORE_SITES);
        sink(topology, SITE_FETCHES, Topics.SITE_FETCHES, EXPLORE_SITES);
        sink(topology, SITE_SCANS, Topics.SCAN_REQUESTS, EXPLORE_SITES);
        sink(topology, SITE_EVENTS, Topics.SITE_EVENTS, EXPLORE_SITES);
    }

    private static <T extends SpecificRecord> void source(
            Topology topology, String name, Topic<T> topic, Deserializer<T> values) {
        topology.addSource(name, new StringDeserializer(), values, topic.name());
    }

    private <T extends SpecificRecord> void sink(
            Topology topology, String name, Topic<T> topic, String from) {
        topology.addSink(name, topic.name(), new StringSerializer(), serdes.<T>serializer(), from);
    }

    /** Rows by an id. */
    private static <T extends SpecificRecord> StoreBuilder<KeyValueStore<String, T>> rows(
            String name, Class<T> type) {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(name), Serdes.String(), StateSerde.of(type));
    }

    /** Scan ids by a key whose order is the order in which they are wanted. */
    private static StoreBuilder<KeyValueStore<String, String>> index(String name) {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.String());
    }
}
