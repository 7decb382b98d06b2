package io.stepfree.deadletters;

import io.stepfree.deadletters.keeping.OperatorActions;
import io.stepfree.deadletters.replay.Replayer;
import io.stepfree.platform.kafka.RecordHandler;
import io.stepfree.schemas.ops.OperatorCommand;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Hands each operator's order that speaks to this service to the part that carries it out, one
 * after the other, so that a quarantine ordered before a replay comes before it.
 */
final class OperatorOrders implements RecordHandler<OperatorCommand> {

    private final Replayer replayer;
    private final OperatorActions actions;

    OperatorOrders(Replayer replayer, OperatorActions actions) {
        this.replayer = replayer;
        this.actions = actions;
    }

    @Override
    public void handle(OperatorCommand command, ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null
                || !Replayer.ADDRESS.equals(new String(record.key(), StandardCharsets.UTF_8))) {
            return;
        }
        switch (command.getKind()) {
            case QUARANTINE -> actions.quarantine(command);
            case RELEASE -> actions.release(command);
            case DISCARD -> actions.discard(command);
            case PURGE -> actions.purge(command);
            case REPLAY,
                    REPLAY_MANY,
                    STOP_REPLAY,
                    RESUME_REPLAY,
                    TEST_ALERT,
                    SILENCE,
                    END_SILENCE,
                    UNKNOWN ->
                    replayer.handle(command, record);
            case RESET_BREAKER, RECOVER, ERASE_CLIENT -> {
                // Every service understands these, see ServiceOrders and ErasureOrders.
            }
        }
    }
}
