package io.stepfree.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.deadletters.SchedulerStandIn.End;
import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.DeadLetterFilter;
import io.stepfree.schemas.ops.OffsetSpan;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.ops.ReplayPlan;
import io.stepfree.schemas.ops.TopicSpan;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Lineage;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

class ReplaysOfManyTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ReplayPlan FAST = ReplayPlan.newBuilder().setRatePerSecond(100).build();

    private static TestKafka kafka;
    private static TestDatabase database;
    private static ConfigurableApplicationContext service;
    private static RecordPublisher publisher;
    private static SchedulerStandIn scheduler;
    private static Jdbi jdbi;

    /** Each test has a host, and so a filter, of its own. */
    private final String host = UUID.randomUUID() + ".example.org";

    @BeforeAll
    static void start() {
        kafka = TestKafka.start();
        database = TestDatabase.start();
        service = run();
        publisher = service.getBean(RecordPublisher.class);
        jdbi = service.getBean(Jdbi.class);
        scheduler = new SchedulerStandIn(kafka, publisher, service.getBean(AvroSerdes.class));
    }

    private static ConfigurableApplicationContext run() {
        return ServiceApplication.run(
                "dlq-processor",
                DeadLetterApplication.class,
                ServiceArguments.of(
                        kafka,
                        TestRegistry.shared(),
                        database,
                        "--stepfree.dead-letters.canary-patience=2s",
                        "--stepfree.dead-letters.end-patience=3s"));
    }

    @AfterAll
    static void stop() {
        scheduler.close();
        service.close();
        database.close();
        kafka.close();
    }

    @Test
    void everyDeadLetterThatTheFilterChoosesGoesOnceAndKnowsWhereItCameFrom() {
        List<String> scans = bury(5);
        String other = UUID.randomUUID() + ".example.com";
        scheduler.bury(request(other, 0));
        awaitIndexed(other, 1);

        String replay = order(byHost(FAST));

        assertThat(awaitState(replay, "completed"))
                .containsEntry("chosen", 5)
                .containsEntry("published", 5L)
                .containsEntry("completed", 5L)
                .containsEntry("waiting", 0L)
                .containsEntry("under_way", 0L)
                .containsEntry("ordered_by", "ada")
                .containsEntry("reason", "the site is back")
                .containsEntry("ending", "5 went: 5 completed, 0 died again, 0 cancelled.");
        assertThat(scheduler.accepted(host))
                .extracting(ScanRequest::getScanId)
                .containsExactlyInAnyOrderElementsOf(scans);
        assertThat(scheduler.ignored(host)).isEmpty();
        assertThat(scheduler.accepted(other)).isEmpty();
        assertThat(scheduler.accepted(host))
                .allSatisfy(request -> {
                    assertThat(request.getReplays()).isEqualTo(1);
                    assertThat(request.getEarlierAttempts()).isEqualTo(1);
                    assertThat(request.getPriority()).isEqualTo(Priority.LOW);
                    assertThat(request.getLineage())
                            .isEqualTo(lineage(replay, request.getScanId()));
                });
        assertThat(deadLetters("replay_id, state, next_end"))
                .hasSize(5)
                .allSatisfy(row ->
                        assertThat(row)
                                .containsEntry("replay_id", replay)
                                .containsEntry("state", "replayed")
                                .containsEntry("next_end", "completed"));
    }

    @Test
    void everyEndIsCountedAsWhatItIs() {
        List<String> scans = bury(3);
        var ends = List.of(End.COMPLETED, End.DEAD_LETTERED, End.CANCELLED);
        scheduler.end(host, request -> ends.get(scans.indexOf(request.getScanId())));

        String replay = order(byHost(FAST));

        assertThat(awaitState(replay, "completed"))
                .containsEntry("completed", 1L)
                .containsEntry("died_again", 1L)
                .containsEntry("cancelled", 1L)
                .containsEntry("ending", "3 went: 1 completed, 1 died again, 1 cancelled.");
        awaitIndexed(host, 4);
        assertThat(deadLetters("replays, state"))
                .filteredOn(row -> Integer.valueOf(1).equals(row.get("replays")))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("state", "dead"));
    }

    @Test
    void whatDoesNotEndIsNotWaitedForForEver() {
        bury(2);
        scheduler.end(host, _ -> End.NEVER);

        String replay = order(byHost(FAST));

        assertThat(awaitState(replay, "completed"))
                .containsEntry("under_way", 2L)
                .containsEntry(
                        "ending",
                        "2 went: 0 completed, 0 died again, 0 cancelled, and of 2 nothing was heard within 3 s.");
        // What is heard later is counted all the same.
        scheduler.accepted(host).forEach(scan -> scheduler.tell(scan, EventKind.COMPLETED, 2));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(replay(replay)).containsEntry("completed", 2L));
    }

    @Test
    void aDryRunTellsWhatWouldGoAndLeavesEverything() {
        bury(3);
        jdbi.useHandle(handle ->
                handle.execute(
                        "update dead_letters.dead_letter set set_aside = 'quarantined' where host = ? and scan_id = (select min(scan_id) from dead_letters.dead_letter where host = ?)",
                        host,
                        host));

        String replay = order(ReplayPlan.newBuilder(byHost(FAST)).setDryRun(true).build());

        Map<String, Object> row = awaitState(replay, "dry_run");
        assertThat(row)
                .containsEntry("chosen", 3)
                .containsEntry("published", 0L)
                .containsEntry(
                        "ending",
                        "2 would go, in about 1 s at 100.0 a second; 1 are left alone (1 quarantined).");
        assertThat(row.get("skipped")).hasToString("{\"quarantined\": 1}");
        assertThat(row.get("sample")).asString().contains("\"failureType\": \"timeout\"");
        assertThat(scheduler.accepted(host)).isEmpty();
        assertThat(deadLetters("state, claimed_by"))
                .extracting(letter -> letter.get("state") + "/" + letter.get("claimed_by"))
                .containsExactlyInAnyOrder("dead/null", "dead/null", "quarantined/null");
        assertThat(
                        count(
                                "select count(*) from dead_letters.replay_item where replay_id = ?",
                                replay))
                .isZero();
    }

    @Test
    void aFilterThatMatchesNothingEndsAtOnceAndSaysSo() {
        String replay = order(byHost(FAST));

        assertThat(awaitState(replay, "completed"))
                .containsEntry("chosen", 0)
                .containsEntry(
                        "ending",
                        "Nothing went: the filter matches no dead letter that could be replayed.");
    }

    @Test
    void anOrderWithoutAPlanFailsInWords() {
        String replay =
                publish(
                        Letters.order(OperatorCommandKind.REPLAY_MANY)
                                .setPlan(ReplayPlan.newBuilder().build())
                                .build());

        assertThat(awaitState(replay, "failed"))
                .containsEntry(
                        "ending",
                        "Nothing went: the order names both a filter and a span, or neither.");
    }

    @Test
    void theRateIsKept() {
        bury(8);

        String replay = order(ReplayPlan.newBuilder(byHost(FAST)).setRatePerSecond(5).build());
        awaitState(replay, "completed");

        double seconds =
                jdbi.withHandle(handle ->
                        handle.select(
                                        "select extract(epoch from max(item.published_at) - max(started_at)) from dead_letters.replay join dead_letters.replay_item item on replay_id = id where id = ?",
                                        replay)
                                .mapTo(Double.class)
                                .one());
        assertThat(seconds).as("7 pauses of 0.2 s").isGreaterThan(1.39);
    }

    @Test
    void aDoubledOrderIsCarriedOutOnce() {
        bury(2);
        OperatorCommand order =
                Letters.order(OperatorCommandKind.REPLAY_MANY).setPlan(byHost(FAST)).build();
        publish(order);
        publish(order);

        awaitState(order.getCommandId(), "completed");
        assertThat(scheduler.accepted(host)).hasSize(2);
        assertThat(scheduler.ignored(host)).isEmpty();
    }

    @Test
    void whenTheCanarySucceedsTheRestGoes() {
        bury(10);

        String replay = order(canary(0.2, 1));

        assertThat(awaitState(replay, "completed"))
                .containsEntry("canary_size", 2)
                .containsEntry("canary", "passed")
                .containsEntry("completed", 10L);
    }

    @Test
    void whenTheCanaryFailsTheRestStaysDeadUntilAnOperatorSendsItAllTheSame() {
        bury(10);
        var ended = new AtomicInteger();
        scheduler.end(host, _ -> ended.incrementAndGet() == 1 ? End.COMPLETED : End.DEAD_LETTERED);

        String replay = order(canary(0.3, 0.8));

        assertThat(awaitState(replay, "stopped"))
                .containsEntry("canary", "failed")
                .containsEntry("published", 3L)
                .containsEntry("waiting", 7L)
                .containsEntry(
                        "ending",
                        "The canary failed: 1 of 3 completed, and 3 are needed. The rest stays dead; resume the replay to send it all the same.");
        assertThat(deadLetters("state, claimed_by"))
                .filteredOn(row -> "dead".equals(row.get("state")))
                .hasSizeGreaterThanOrEqualTo(7)
                .allSatisfy(row -> assertThat(row).containsEntry("claimed_by", null));

        scheduler.end(host, _ -> End.COMPLETED);
        publish(speakOf(OperatorCommandKind.RESUME_REPLAY, replay));

        Map<String, Object> row = awaitState(replay, "completed");
        assertThat(row).containsEntry("completed", 8L).containsEntry("died_again", 2L);
        assertThat(steps(row))
                .satisfiesExactly(
                        stop ->
                                assertThat(stop)
                                        .startsWith(
                                                "stopped by canary: The canary failed: 1 of 3 completed"),
                        resume -> assertThat(resume).isEqualTo("resumed by ada: the site is back"));
    }

    @Test
    void aCanaryWithoutAnEndStopsTheReplay() {
        bury(4);
        scheduler.end(host, _ -> End.NEVER);

        String replay = order(canary(0.25, 0.5));

        assertThat(awaitState(replay, "stopped"))
                .containsEntry("canary", "overdue")
                .extractingByKey("ending")
                .asString()
                .startsWith("The canary is not decided: within 2 s only 0 of 1 ended");
        assertThat(scheduler.accepted(host)).hasSize(1);
    }

    @Test
    void aStoppedReplayLetsGoAndGoesOnWithWhatIsLeft() {
        List<String> scans = bury(6);
        String replay = order(ReplayPlan.newBuilder(byHost(FAST)).setRatePerSecond(0.5).build());
        await().atMost(PATIENCE).until(() -> scheduler.accepted(host).size() == 1);
        OperatorCommand stop = speakOf(OperatorCommandKind.STOP_REPLAY, replay);
        OperatorCommand resume =
                OperatorCommand.newBuilder(speakOf(OperatorCommandKind.RESUME_REPLAY, replay))
                        .setOrderedBy("bea")
                        .setReason("it has cooled down")
                        .build();
        publish(stop);

        Map<String, Object> stopped = awaitState(replay, "stopped");
        assertThat(stopped)
                .extractingByKey("ending")
                .asString()
                .startsWith("Stopped by ada (the site is back).");
        long gone = (long) Objects.requireNonNull(stopped.get("published"));
        assertThat(gone).isBetween(1L, 2L);

        // What it has let go of can be replayed by itself, and is then left alone.
        String left =
                scans.stream()
                        .filter(scan ->
                                scheduler.accepted(host).stream()
                                        .map(ScanRequest::getScanId)
                                        .noneMatch(scan::equals))
                        .findFirst()
                        .orElseThrow();
        publish(Letters.order(OperatorCommandKind.REPLAY).setScanId(left).build());
        await().atMost(PATIENCE).until(() -> scheduler.accepted(host).size() == gone + 1);
        setRate(replay, 100);
        publish(resume);
        publish(stop);

        Map<String, Object> row = awaitState(replay, "completed");
        assertThat(steps(row))
                .as("who stopped it stays, and an order that comes again does nothing")
                .containsExactly(
                        "stopped by ada: the site is back", "resumed by bea: it has cooled down");
        assertThat(row).containsEntry("published", 5L).containsEntry("completed", 5L);
        assertThat(row.get("skipped")).hasToString("{\"already_replayed\": 1}");
        assertThat(scheduler.accepted(host)).hasSize(6);
        assertThat(scheduler.ignored(host)).isEmpty();
    }

    @Test
    void ofTwoReplaysAtOnceTheSecondLeavesAloneWhatTheFirstHas() {
        bury(4);
        ReplayPlan slow = ReplayPlan.newBuilder(byHost(FAST)).setRatePerSecond(2).build();

        String first = order(slow);
        String second = order(slow);

        Map<String, Object> row = awaitState(second, "completed");
        assertThat(row.get("skipped")).asString().startsWith("{\"in_another_replay\": ");
        assertThat(row).containsEntry("published", 0L);
        assertThat(awaitState(first, "completed")).containsEntry("completed", 4L);
        assertThat(scheduler.accepted(host)).hasSize(4);
        assertThat(scheduler.ignored(host)).isEmpty();
    }

    @Test
    void whatAReplayCouldNotReadIsFreeForEverythingElseAfterwards() {
        String damaged = bury(2).getFirst();
        jdbi.useHandle(handle ->
                handle.execute(
                        "update dead_letters.dead_letter set payload = '\\x07' where scan_id = ?",
                        damaged));

        Map<String, Object> row = awaitState(order(byHost(FAST)), "completed");

        assertThat(row.get("skipped")).hasToString("{\"undecodable\": 1}");
        assertThat(row).containsEntry("completed", 1L);
        assertThat(deadLetters("scan_id, state, claimed_by"))
                .filteredOn(letter -> damaged.equals(letter.get("scan_id")))
                .singleElement()
                .satisfies(letter ->
                        assertThat(letter)
                                .containsEntry("state", "dead")
                                .containsEntry("claimed_by", null));
        assertThat(awaitState(order(byHost(FAST)), "completed").get("skipped"))
                .as("no finished replay stands in the way of the next one")
                .hasToString("{\"undecodable\": 1}");
    }

    @Test
    void aScanThatDiesAfterEveryReplayIsQuarantinedAndGoesAgainOnlyWhenReleased() {
        scheduler.end(host, _ -> End.DEAD_LETTERED);
        bury(1);
        for (int replays = 1; replays <= 3; replays++) {
            awaitState(order(byHost(FAST)), "completed");
            awaitIndexed(host, replays + 1);
        }
        assertThat(scheduler.accepted(host)).hasSize(3);
        assertThat(deadLetters("replays, state, state_by, state_reason"))
                .filteredOn(row -> Integer.valueOf(3).equals(row.get("replays")))
                .singleElement()
                .satisfies(row ->
                        assertThat(row)
                                .containsEntry("state", "quarantined")
                                .containsEntry("state_by", "loop guard")
                                .containsEntry(
                                        "state_reason",
                                        "It has died after 3 replays, as many as a scan may have; release it for one more."));
        Map<String, Object> guarded = awaitState(order(byHost(FAST)), "completed");
        assertThat(guarded.get("skipped")).hasToString("{\"quarantined\": 1}");
        assertThat(guarded).containsEntry("published", 0L);

        // As an operator's release does.
        jdbi.useHandle(handle ->
                handle.execute(
                        "update dead_letters.dead_letter set set_aside = null, state_by = 'ada', state_at = now() where host = ? and replays = 3",
                        host));
        awaitState(order(byHost(FAST)), "completed");
        assertThat(scheduler.accepted(host))
                .extracting(ScanRequest::getEarlierAttempts)
                .as("attempt numbers go on")
                .containsExactly(1, 2, 3, 4);
        awaitIndexed(host, 5);
        assertThat(awaitState(order(byHost(FAST)), "completed").get("skipped"))
                .as("one more, not any number")
                .hasToString("{\"quarantined\": 1}");
    }

    @Test
    void whatCameWhileTheLimitWasHigherIsQuarantinedByTheReplayThatMeetsIt() {
        scheduler.bury(request(host, 3));
        awaitIndexed(host, 1);
        jdbi.useHandle(handle ->
                handle.execute(
                        "update dead_letters.dead_letter set set_aside = null, state_by = null, state_reason = null, state_at = null where host = ?",
                        host));

        Map<String, Object> guarded = awaitState(order(byHost(FAST)), "completed");

        assertThat(guarded.get("skipped")).hasToString("{\"loop_guard\": 1}");
        assertThat(guarded).containsEntry("published", 0L);
        assertThat(deadLetters("state, state_by"))
                .containsExactly(Map.of("state", "quarantined", "state_by", "loop guard"));
    }

    @Test
    void aCrashBetweenPublishingAndWritingItDownDoublesNothing() {
        bury(3);
        String replay = order(byHost(FAST));
        awaitState(replay, "completed");
        // As it stood before the commit that the crash has undone; the scans are on their way.
        jdbi.useTransaction(handle -> {
            handle.execute(
                    "update dead_letters.dead_letter set replayed_at = null, replay_id = null, next_end = null, claimed_by = ? where host = ?",
                    replay,
                    host);
            handle.execute(
                    "update dead_letters.replay_item set state = 'pending', published_at = null where replay_id = ?",
                    replay);
            handle.execute(
                    "update dead_letters.replay set state = 'running', ended_at = null, next_at = now() where id = ?",
                    replay);
        });

        await().atMost(PATIENCE).until(() -> scheduler.ignored(host).size() == 3);
        assertThat(scheduler.accepted(host)).as("each life is taken once").hasSize(3);
        // The end that is heard after the restart.
        scheduler.accepted(host).forEach(scan -> scheduler.tell(scan, EventKind.COMPLETED, 2));
        assertThat(awaitState(replay, "completed")).containsEntry("completed", 3L);
    }

    @Test
    void anEndProvesThatTheScanHadGoneBeforeTheCrash() {
        List<String> scans = bury(2);
        String replay = order(ReplayPlan.newBuilder(byHost(FAST)).setRatePerSecond(0.2).build());
        await().atMost(PATIENCE).until(() -> scheduler.accepted(host).size() == 1);
        String gone = scheduler.accepted(host).getFirst().getScanId();
        String waiting =
                scans.stream().filter(scan -> !scan.equals(gone)).findFirst().orElseThrow();

        scheduler.tell(Letters.request(host, 1, waiting), EventKind.COMPLETED, 2);

        assertThat(awaitState(replay, "completed")).containsEntry("completed", 2L);
        assertThat(scheduler.accepted(host)).as("it did not go twice").hasSize(1);
    }

    @Test
    void theEndOfAScanWhoseDeadLetterWasPurgedMeanwhileIsHeardAllTheSame() {
        String scan = bury(1).getFirst();
        scheduler.end(host, _ -> End.NEVER);
        String replay = order(byHost(FAST));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(replay(replay)).containsEntry("under_way", 1L));
        publish(
                Letters.order(OperatorCommandKind.PURGE)
                        .setFilter(DeadLetterFilter.newBuilder().setHost(host).build())
                        .build());
        awaitIndexed(host, 0);

        // That of the life before, which is heard late.
        scheduler.tell(Letters.request(host, 0, scan), EventKind.DEAD_LETTERED, 1);
        scheduler.tell(Letters.request(host, 1, scan), EventKind.COMPLETED, 2);

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(replay(replay))
                                .containsEntry("completed", 1L)
                                .containsEntry("died_again", 0L)
                                .containsEntry("under_way", 0L));
    }

    @Test
    void aRestartGoesOnWhereItWas() {
        bury(12);
        String replay = order(ReplayPlan.newBuilder(byHost(FAST)).setRatePerSecond(4).build());
        await().atMost(PATIENCE).until(() -> scheduler.accepted(host).size() >= 3);
        scheduler.close();
        service.close();
        assertThat(scheduler.accepted(host).size()).isLessThan(12);
        service = run();
        publisher = service.getBean(RecordPublisher.class);
        jdbi = service.getBean(Jdbi.class);
        scheduler = new SchedulerStandIn(kafka, publisher, service.getBean(AvroSerdes.class));

        assertThat(awaitState(replay, "completed"))
                .containsEntry("published", 12L)
                .containsEntry("completed", 12L);
        assertThat(scheduler.accepted(host)).hasSize(12);
        assertThat(scheduler.ignored(host)).as("a graceful stop doubles not even one").isEmpty();
    }

    @Test
    void whatTheIndexHasLostIsReplayedFromTheTopicByOffsets() {
        List<String> scans = bury(3);
        Map<String, Object> first = deadLetters("topic_partition, topic_offset").getFirst();
        int partition = (int) Objects.requireNonNull(first.get("topic_partition"));
        List<Long> offsets =
                deadLetters("topic_offset").stream()
                        .map(row -> (Long) Objects.requireNonNull(row.get("topic_offset")))
                        .sorted()
                        .toList();
        jdbi.useHandle(handle ->
                handle.execute("delete from dead_letters.dead_letter where host = ?", host));

        String replay = order(span(partition, offsets.getFirst(), offsets.getLast()));

        assertThat(awaitState(replay, "completed"))
                .as("all but the last offset, which is outside")
                .containsEntry("completed", 2L);
        assertThat(scheduler.accepted(host))
                .extracting(ScanRequest::getScanId)
                .isSubsetOf(scans)
                .hasSize(2);
        assertThat(scheduler.accepted(host))
                .allSatisfy(request ->
                        assertThat(request.getLineage().getPartition()).isEqualTo(partition));
        assertThat(deadLetters("state"))
                .as("they are in the index again")
                .extracting(row -> row.get("state"))
                .containsExactly("replayed", "replayed");
    }

    @Test
    void whatTheIndexHasForgottenToHaveReplayedIsNotReplayedOnceMore() {
        Instant before = Instant.now().minusMillis(1);
        bury(2);
        awaitState(order(byHost(FAST)), "completed");
        scheduler.bury(request(host, 0));
        awaitIndexed(host, 3);
        jdbi.useHandle(handle ->
                handle.execute("delete from dead_letters.dead_letter where host = ?", host));

        String dry = order(ReplayPlan.newBuilder(written(before)).setDryRun(true).build());
        awaitState(dry, "dry_run");
        assertThat(deadLetters("state")).as("a dry run leaves the index as it is").isEmpty();

        String replay = order(written(before));
        awaitState(replay, "completed");
        assertThat(
                        count(
                                "select count(*) from dead_letters.replay_item join dead_letters.dead_letter using (scan_id, replays) where replay_item.replay_id = ? and host = ? and replay_item.state = 'completed'",
                                replay,
                                host))
                .isEqualTo(1);
        assertThat(
                        count(
                                "select count(*) from dead_letters.replay_item join dead_letters.dead_letter using (scan_id, replays) where replay_item.replay_id = ? and host = ? and reason = 'already_replayed'",
                                replay,
                                host))
                .isEqualTo(2);
        assertThat(scheduler.accepted(host)).hasSize(3);
        assertThat(scheduler.ignored(host)).isEmpty();
    }

    @Test
    void whatWasPurgedCanBeReplayedFromTheTopic() {
        String scan = bury(1).getFirst();
        Map<String, Object> place = deadLetters("topic_partition, topic_offset").getFirst();
        jdbi.useTransaction(handle -> {
            handle.execute("delete from dead_letters.dead_letter where host = ?", host);
            handle.execute(
                    "insert into dead_letters.purged_letter (scan_id, replays, died_at, command_id) values (?, 0, now(), 'purge')",
                    scan);
        });
        OperatorCommand single = Letters.order(OperatorCommandKind.REPLAY).setScanId(scan).build();
        publish(single);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        count(
                                                "select count(*) from dead_letters.replay_order where command_id = ? and outcome = 'purged'",
                                                single.getCommandId()))
                                .isEqualTo(1));

        long offset = (long) Objects.requireNonNull(place.get("topic_offset"));
        int partition = (int) Objects.requireNonNull(place.get("topic_partition"));
        assertThat(awaitState(order(span(partition, offset, offset + 1)), "completed"))
                .containsEntry("completed", 1L);
    }

    @Test
    void whatIsLeftOfAnEarlierLifeIsNotReplayedForAPurgedOne() {
        String scan = bury(1).getFirst();
        jdbi.useHandle(handle ->
                handle.execute(
                        "insert into dead_letters.purged_letter (scan_id, replays, died_at, command_id) values (?, 1, now(), 'purge')",
                        scan));
        OperatorCommand single = Letters.order(OperatorCommandKind.REPLAY).setScanId(scan).build();
        publish(single);

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        count(
                                                "select count(*) from dead_letters.replay_order where command_id = ? and outcome = 'purged'",
                                                single.getCommandId()))
                                .isEqualTo(1));
    }

    @Test
    void offsetsThatTheTopicDoesNotHoldAreRefusedInWords() {
        bury(1);
        Map<String, Object> place = deadLetters("topic_partition, topic_offset").getFirst();
        int partition = (int) Objects.requireNonNull(place.get("topic_partition"));

        assertThat(awaitState(order(span(partition, 0, 1_000_000)), "failed"))
                .extractingByKey("ending")
                .asString()
                .matches(
                        "Nothing went: partition %d of scan.dead-letters holds offsets 0 to \\d+; 999999 is outside\\."
                                .formatted(partition));
        assertThat(awaitState(order(span(99, 0, 1)), "failed"))
                .containsEntry(
                        "ending",
                        "Nothing went: scan.dead-letters has partitions 0 to 11; 99 is none of them.");
        assertThat(scheduler.accepted(host)).isEmpty();
    }

    @Test
    void aRecordThatCannotBeReadIsCountedAndTheOthersGo() throws Exception {
        bury(1);
        Map<String, Object> place = deadLetters("topic_partition, topic_offset").getFirst();
        int partition = (int) Objects.requireNonNull(place.get("topic_partition"));
        long offset = (long) Objects.requireNonNull(place.get("topic_offset"));
        long foreign = writeForeign(partition);

        Map<String, Object> row =
                awaitState(order(span(partition, offset, foreign + 1)), "completed");

        assertThat(row.get("skipped")).asString().contains("\"undecodable\": 1");
        assertThat(scheduler.accepted(host)).hasSize(1);
    }

    @Test
    void aStretchWithoutDeadLettersSaysSo() {
        Instant future = Instant.parse("2100-01-01T00:00:00Z");

        assertThat(awaitState(order(written(future)), "completed"))
                .containsEntry(
                        "ending",
                        "Nothing went: there is no dead letter on that stretch of the topic.");
    }

    @Test
    void aSingleReplayHasThePriorityOfTheFirstLifeAlsoAfterAReplayOfMany() {
        String scan = bury(1).getFirst();
        scheduler.end(host, _ -> End.DEAD_LETTERED);
        awaitState(order(byHost(FAST)), "completed");
        awaitIndexed(host, 2);

        publish(Letters.order(OperatorCommandKind.REPLAY).setScanId(scan).build());

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(scheduler.accepted(host))
                                .extracting(ScanRequest::getPriority)
                                .containsExactly(Priority.LOW, Priority.HIGH));
    }

    @Test
    void theNewDeadLetterLeadsBackToTheOldOne() {
        bury(1);
        scheduler.end(host, _ -> End.DEAD_LETTERED);
        String replay = order(byHost(FAST));
        awaitState(replay, "completed");
        awaitIndexed(host, 2);

        var letters = service.getBean(AvroSerdes.class).deserializer(Topics.SCAN_DEAD_LETTERS);
        try (var probe = TopicProbe.raw(kafka, Topics.SCAN_DEAD_LETTERS.name())) {
            List<ConsumerRecord<String, byte[]>> lives =
                    probe.received().stream().filter(record -> host.equals(record.key())).toList();
            assertThat(lives).hasSize(2);
            DeadLetter first = letters.deserialize("", lives.getFirst().value());
            DeadLetter second = letters.deserialize("", lives.getLast().value());
            assertThat(second.getRequest().getLineage())
                    .isEqualTo(
                            Lineage.newBuilder()
                                    .setReplayId(replay)
                                    .setTopic("scan.dead-letters")
                                    .setPartition(lives.getFirst().partition())
                                    .setOffset(lives.getFirst().offset())
                                    .setDiedAt(first.getDiedAt())
                                    .build());
        }
    }

    private List<String> bury(int scans) {
        List<ScanRequest> requests =
                IntStream.range(0, scans).mapToObj(_ -> request(host, 0)).toList();
        requests.forEach(scheduler::bury);
        awaitIndexed(host, scans);
        return requests.stream().map(ScanRequest::getScanId).toList();
    }

    private static ScanRequest request(String host, int replays) {
        return Letters.request(host, replays, UUID.randomUUID().toString());
    }

    private ReplayPlan byHost(ReplayPlan plan) {
        return ReplayPlan.newBuilder(plan)
                .setFilter(DeadLetterFilter.newBuilder().setHost(host).build())
                .build();
    }

    private ReplayPlan canary(double share, double success) {
        return ReplayPlan.newBuilder(byHost(FAST))
                .setCanaryShare(share)
                .setCanarySuccess(success)
                .build();
    }

    private static ReplayPlan span(int partition, long from, long to) {
        return ReplayPlan.newBuilder(FAST)
                .setSpan(
                        TopicSpan.newBuilder()
                                .setOffsets(
                                        List.of(
                                                OffsetSpan.newBuilder()
                                                        .setPartition(partition)
                                                        .setFromOffset(from)
                                                        .setToOffset(to)
                                                        .build()))
                                .build())
                .build();
    }

    private static ReplayPlan written(Instant from) {
        return ReplayPlan.newBuilder(FAST)
                .setSpan(
                        TopicSpan.newBuilder()
                                .setWrittenFrom(from.truncatedTo(ChronoUnit.MILLIS))
                                .build())
                .build();
    }

    private static OperatorCommand speakOf(OperatorCommandKind kind, String replay) {
        return Letters.order(kind).setReplayId(replay).build();
    }

    private static String order(ReplayPlan plan) {
        return publish(Letters.order(OperatorCommandKind.REPLAY_MANY).setPlan(plan).build());
    }

    private static String publish(OperatorCommand command) {
        publisher.publish(
                Topics.OPS_COMMANDS,
                "dlq-processor",
                command,
                new RequestId(command.getRequestId()));
        return command.getCommandId();
    }

    private static long writeForeign(int partition)
            throws ExecutionException, InterruptedException {
        try (var producer =
                new KafkaProducer<>(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            return producer.send(
                            new ProducerRecord<>(
                                    Topics.SCAN_DEAD_LETTERS.name(),
                                    partition,
                                    null,
                                    new byte[] {7, 7, 7}))
                    .get()
                    .offset();
        }
    }

    private static void setRate(String replay, double rate) {
        jdbi.useHandle(handle ->
                handle.execute(
                        "update dead_letters.replay set plan = jsonb_set(plan, '{rate}', to_jsonb(?::float8)) where id = ?",
                        rate,
                        replay));
    }

    private static void awaitIndexed(String host, int letters) {
        await().atMost(PATIENCE)
                .until(() ->
                        count("select count(*) from dead_letters.dead_letter where host = ?", host)
                                == letters);
    }

    private static Map<String, Object> awaitState(String replay, String state) {
        return await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> replay(replay), row -> state.equals(row.get("state")));
    }

    private static Map<String, Object> replay(String id) {
        return jdbi.withHandle(handle ->
                handle.select("select * from dead_letters.replay_view where id = ?", id)
                        .mapToMap()
                        .one());
    }

    private static List<String> steps(Map<String, Object> replay) {
        return JsonMapper.shared()
                .readTree(Objects.requireNonNull(replay.get("steps")).toString())
                .valueStream()
                .map(step ->
                        "%s by %s: %s"
                                .formatted(
                                        step.path("kind").asString(),
                                        step.path("by").asString(),
                                        step.path("reason").asString()))
                .toList();
    }

    private List<Map<String, Object>> deadLetters(String columns) {
        return jdbi.withHandle(handle ->
                handle.createQuery(
                                "select <columns> from dead_letters.dead_letter where host = :host order by topic_offset")
                        .define("columns", columns)
                        .bind("host", host)
                        .mapToMap()
                        .list());
    }

    private static Lineage lineage(String replay, String scanId) {
        return jdbi.withHandle(handle ->
                handle.select(
                                "select topic, topic_partition, topic_offset, died_at from dead_letters.dead_letter where scan_id = ? and replays = 0",
                                scanId)
                        .map((row, context) ->
                                Lineage.newBuilder()
                                        .setReplayId(replay)
                                        .setTopic(row.getString("topic"))
                                        .setPartition(row.getInt("topic_partition"))
                                        .setOffset(row.getLong("topic_offset"))
                                        .setDiedAt(row.getTimestamp("died_at").toInstant())
                                        .build())
                        .one());
    }

    private static int count(String sql, Object... arguments) {
        return jdbi.withHandle(handle -> handle.select(sql, arguments).mapTo(Integer.class).one());
    }
}
