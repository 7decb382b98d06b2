package io.stepfree.deadletters.replay;

import io.stepfree.deadletters.index.DeadLetterIndex;
import io.stepfree.deadletters.index.StorableText;
import io.stepfree.platform.kafka.ClientSettings;
import io.stepfree.platform.kafka.RecordHandler;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.ReplayPlan;
import io.stepfree.schemas.serde.AvroSerdes;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Carries out an operator's orders to replay dead scans: each goes back to {@code scan.requests}
 * under its old id, as its next life, with attempt numbers going on where the last life ended.
 *
 * <p>An order is carried out once, however often it comes. That of a single dead letter is worked
 * on at once: choose the dead letter and remember the choice; then, in one transaction, lock it,
 * publish, mark it and settle the order. After a crash the order comes again and goes on with the
 * remembered choice. That may publish the same life of the scan twice, which the scheduler ignores;
 * it can never lose it. A replay of many is only written down, for {@link ReplayDriver} to carry
 * on.
 *
 * <p>Orders are worked on one after the other, as they share one key and so one partition.
 */
public final class Replayer implements RecordHandler<OperatorCommand> {

    /** The record key of the commands that speak to this service. */
    public static final String ADDRESS = "dlq-processor";

    private static final Logger log = LoggerFactory.getLogger(Replayer.class);

    private final Jdbi jdbi;
    private final ReplayOrders orders;
    private final Handover handover;
    private final ReplayRows rows;
    private final ReplayDriver driver;
    private final ReplayLimits limits;

    private Replayer(
            Jdbi jdbi,
            Handover handover,
            ReplayRows rows,
            ReplayDriver driver,
            ReplayLimits limits) {
        this.jdbi = jdbi;
        this.orders = new ReplayOrders(jdbi);
        this.handover = handover;
        this.rows = rows;
        this.driver = driver;
        this.limits = limits;
    }

    /** A replayer, with the driver that carries on what it takes; neither works yet. */
    public static Replayer of(
            Jdbi jdbi,
            JsonMapper json,
            AvroSerdes serdes,
            RecordPublisher publisher,
            DeadLetterIndex index,
            ClientSettings kafka,
            ReplayLimits limits) {
        var rows = new ReplayRows(json);
        var handover = new Handover(publisher, serdes, limits.guard());
        var choice = new ReplayChoice(rows, new SpanReader(index, serdes, kafka::common), limits);
        var driver =
                new ReplayDriver(jdbi, rows, new ReplayProgress(rows, choice, handover, limits));
        return new Replayer(jdbi, handover, rows, driver, limits);
    }

    /** What carries replays of many on; the caller starts and closes it. */
    public ReplayDriver driver() {
        return driver;
    }

    @Override
    public void handle(OperatorCommand command, ConsumerRecord<byte[], byte[]> record) {
        if (!addressedToUs(record)) {
            return;
        }
        switch (command.getKind()) {
            case REPLAY -> replay(command);
            case REPLAY_MANY -> replayMany(command);
            case STOP_REPLAY ->
                    withReplay(command, (handle, replay) -> stop(handle, replay, command));
            case RESUME_REPLAY ->
                    withReplay(command, (handle, replay) -> resume(handle, replay, command));
            case PURGE,
                    QUARANTINE,
                    RELEASE,
                    DISCARD,
                    TEST_ALERT,
                    SILENCE,
                    END_SILENCE,
                    RESET_BREAKER,
                    RECOVER,
                    ERASE_CLIENT,
                    UNKNOWN ->
                    log.warn(
                            "command {} is of a kind that this version does not know, and is left alone",
                            command.getCommandId());
        }
    }

    private void replay(OperatorCommand command) {
        ReplayOrder order = orders.take(command);
        ReplayOutcome outcome =
                order.outcome()
                        .orElseGet(() ->
                                jdbi.inTransaction(handle -> carryOut(handle, order, command)));
        log.info(
                "replay {} of scan {} is settled: {}",
                order.commandId(),
                command.getScanId(),
                outcome.word());
    }

    private ReplayOutcome carryOut(Handle handle, ReplayOrder order, OperatorCommand command) {
        ReplayOutcome outcome =
                handover.handOn(
                                handle,
                                order.scanId().orElseThrow(),
                                order.replays().orElseThrow(),
                                new Handover.Errand(
                                        order.commandId(), command.getOrderedAt(), false))
                        .map(ReplayOutcome::of)
                        .orElse(ReplayOutcome.PUBLISHED);
        orders.settle(handle, order, outcome);
        return outcome;
    }

    private void replayMany(OperatorCommand command) {
        TakenOrder order = TakenOrder.of(command);
        ReplayPlan plan = command.getPlan();
        // Without a plan the row says what is wrong with it.
        ReadablePlan readable =
                ReadablePlan.of(plan == null ? ReplayPlan.newBuilder().build() : plan);
        jdbi.useTransaction(handle -> rows.insert(handle, order, readable));
        log.info("replay {} is taken", order.id());
        driver.wake();
    }

    /** Runs with the replay's row locked, which is after the dead letter under way. */
    private void withReplay(OperatorCommand command, ReplayWork work) {
        String id = command.getReplayId();
        boolean known =
                id != null
                        && jdbi.inTransaction(handle -> {
                            Optional<Replay> replay = rows.lock(handle, StorableText.of(id));
                            replay.ifPresent(found -> work.on(handle, found));
                            return replay.isPresent();
                        });
        if (!known) {
            log.warn(
                    "order {} speaks of the replay {}, which is not known",
                    command.getCommandId(),
                    id);
        }
        driver.wake();
    }

    /** What is done to one replay. */
    private interface ReplayWork {
        void on(Handle handle, Replay replay);
    }

    private void stop(Handle handle, Replay replay, OperatorCommand command) {
        var step = ReplayStep.of(ReplayStep.Kind.STOPPED, command);
        if (!replay.state().goesOn() || !rows.step(handle, replay.id(), step)) {
            return;
        }
        String reason = StorableText.of(command.getReason());
        rows.end(
                handle,
                replay.id(),
                ReplayState.STOPPED,
                "Stopped by %s%s. What has gone goes on; the rest stays dead until the replay is resumed."
                        .formatted(
                                StorableText.of(command.getOrderedBy()),
                                reason.isEmpty() ? "" : " (" + reason + ")"));
        log.info("replay {} is stopped", replay.id());
    }

    private void resume(Handle handle, Replay replay, OperatorCommand command) {
        var step = ReplayStep.of(ReplayStep.Kind.RESUMED, command);
        if (replay.state() != ReplayState.STOPPED || !rows.step(handle, replay.id(), step)) {
            return;
        }
        if (!replay.chosen()) {
            rows.move(handle, replay.id(), ReplayState.CHOOSING, null);
            return;
        }
        Claims.take(handle, replay.id(), limits.guard());
        // A canary that has had its verdict is not asked again: the operator has decided.
        boolean canary = replay.canarySize() > 0 && !replay.canaryJudged();
        rows.move(handle, replay.id(), canary ? ReplayState.CANARY : ReplayState.RUNNING, null);
        log.info("replay {} goes on", replay.id());
    }

    private static boolean addressedToUs(ConsumerRecord<byte[], byte[]> record) {
        return record.key() != null
                && ADDRESS.equals(new String(record.key(), StandardCharsets.UTF_8));
    }
}
