package io.stepfree.scheduler.lifecycle;

import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.serde.UndecodableRecordException;
import io.stepfree.schemas.topic.Topics;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Lets only commands through that this scheduler can carry out. One from a newer writer, of a kind
 * it does not know, or a submit without a request counts as undecodable and so is kept byte for
 * byte on {@code ops.unreadable}: a scan that was accepted never vanishes.
 */
final class UnderstoodCommands implements Deserializer<ScanCommand> {

    private final Deserializer<ScanCommand> commands;

    UnderstoodCommands(Deserializer<ScanCommand> commands) {
        this.commands = commands;
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka's interface: a null value is a tombstone and stays one.
    public ScanCommand deserialize(String topic, byte @Nullable [] bytes) {
        ScanCommand command = commands.deserialize(topic, bytes);
        if (command == null) {
            return null;
        }
        if (command.getKind() == CommandKind.UNKNOWN) {
            throw new UndecodableRecordException(
                    "a record of %s is a command of a kind that this scheduler does not know, for scan %s"
                            .formatted(Topics.SCAN_REQUESTS.name(), command.getScanId()));
        }
        if (command.getKind() == CommandKind.CANCEL_BATCH && command.getBatchId() == null) {
            throw new UndecodableRecordException(
                    "a record of %s cancels a batch without naming it"
                            .formatted(Topics.SCAN_REQUESTS.name()));
        }
        if (command.getKind() == CommandKind.SUBMIT && command.getRequest() == null) {
            throw new UndecodableRecordException(
                    "a record of %s submits scan %s without a request"
                            .formatted(Topics.SCAN_REQUESTS.name(), command.getScanId()));
        }
        return command;
    }
}
