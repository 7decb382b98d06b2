package io.stepfree.deadletters.replay;

import io.stepfree.deadletters.index.StorableText;
import io.stepfree.schemas.ops.OperatorCommand;
import java.time.Instant;

/** Who ordered a replay of many, when and why, fit for the database. */
record TakenOrder(String id, String requestId, String orderedBy, String reason, Instant orderedAt) {

    static TakenOrder of(OperatorCommand command) {
        return new TakenOrder(
                StorableText.of(command.getCommandId()),
                StorableText.of(command.getRequestId()),
                StorableText.of(command.getOrderedBy()),
                StorableText.of(command.getReason()),
                command.getOrderedAt());
    }
}
