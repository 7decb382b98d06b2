package io.stepfree.deadletters.replay;

import io.stepfree.platform.kafka.RecordHandler;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.serde.AvroDeserializer;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.serde.UndecodableRecordException;
import io.stepfree.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out an operator's order to replay a dead scan: the scan goes back to {@code
 * scan.requests} under its old id, as its next life, with attempt numbers going on where the last
 * life ended.
 *
 * <p>An order is carried out once, however often it comes. Its steps are: choose the dead letter
 * and remember the choice; publish; mark the dead letter and settle the order in one transaction.
 * After a crash between any two of them the order comes again and goes on with the remembered
 * choice. That may publish the same life of the scan twice, which the scheduler ignores; it can
 * never lose it.
 *
 * <p>Orders are worked on one after the other, as they share one key and so one partition.
 */
public final class Replayer implements RecordHandler<OperatorCommand> {

    /** The record key of the commands that speak to this service. */
    public static final String ADDRESS = "dlq-processor";

    private static final Logger log = LoggerFactory.getLogger(Replayer.class);

    private final ReplayOrders orders;
    private final AvroDeserializer<DeadLetter> deadLetters;
    private final RecordPublisher publisher;

    public Replayer(Jdbi jdbi, AvroSerdes serdes, RecordPublisher publisher) {
        this.orders = new ReplayOrders(jdbi);
        this.deadLetters = serdes.deserializer(Topics.SCAN_DEAD_LETTERS);
        this.publisher = publisher;
    }

    @Override
    public void handle(OperatorCommand command, ConsumerRecord<byte[], byte[]> record) {
        if (!addressedToUs(record)) {
            return;
        }
        switch (command.getKind()) {
            case REPLAY -> replay(command);
            case REPLAY_MANY,
                    STOP_REPLAY,
                    RESUME_REPLAY,
                    PURGE,
                    QUARANTINE,
                    RELEASE,
                    DISCARD,
                    UNKNOWN ->
                    log.warn(
                            "command {} is of a kind that this version does not know, and is left alone",
                            command.getCommandId());
        }
    }

    private void replay(OperatorCommand command) {
        ReplayOrder order = orders.take(command);
        if (order.outcome().isPresent()) {
            log.info(
                    "replay {} of scan {} is settled: {}",
                    order.commandId(),
                    command.getScanId(),
                    order.outcome().get().word());
            return;
        }
        byte[] payload =
                orders.payload(order.scanId().orElseThrow(), order.replays().orElseThrow());
        DeadLetter letter;
        try {
            letter = deadLetters.deserialize(Topics.SCAN_DEAD_LETTERS.name(), payload);
        } catch (UndecodableRecordException e) {
            log.error(
                    "replay {} of scan {} is impossible: {}",
                    order.commandId(),
                    command.getScanId(),
                    e.getMessage());
            orders.undecodable(order);
            return;
        }
        ScanRequest request = nextLife(letter);
        var submit =
                ScanCommand.newBuilder()
                        .setKind(CommandKind.SUBMIT)
                        .setScanId(request.getScanId())
                        .setRequestId(request.getRequestId())
                        .setIssuedAt(command.getOrderedAt())
                        .setRequest(request)
                        .build();
        publisher.publish(
                Topics.SCAN_REQUESTS,
                request.getHost(),
                submit,
                RequestId.saneOr(request.getRequestId()));
        orders.published(order);
        log.info(
                "replay {}: scan {} starts life {} after attempt {}",
                order.commandId(),
                request.getScanId(),
                request.getReplays(),
                request.getEarlierAttempts());
    }

    private static ScanRequest nextLife(DeadLetter letter) {
        ScanRequest request = letter.getRequest();
        int lastAttempt =
                letter.getFailures().stream()
                        .mapToInt(AttemptFailure::getAttempt)
                        .max()
                        .orElse(request.getEarlierAttempts());
        return ScanRequest.newBuilder(request)
                .setReplays(request.getReplays() + 1)
                .setEarlierAttempts(lastAttempt)
                .build();
    }

    private static boolean addressedToUs(ConsumerRecord<byte[], byte[]> record) {
        return record.key() != null
                && ADDRESS.equals(new String(record.key(), StandardCharsets.UTF_8));
    }
}
