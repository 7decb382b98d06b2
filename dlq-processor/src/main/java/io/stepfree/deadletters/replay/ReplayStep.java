package io.stepfree.deadletters.replay;

import io.stepfree.deadletters.index.StorableText;
import io.stepfree.schemas.ops.OperatorCommand;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A stop or a resume of a replay, for those who ask later why it stood still.
 *
 * @param commandId the order; null for what the replay did by itself
 * @param by who, or {@code canary}
 */
record ReplayStep(Kind kind, @Nullable String commandId, String by, String reason) {

    enum Kind {
        STOPPED,
        RESUMED;

        /** The word in the table. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static ReplayStep of(Kind kind, OperatorCommand order) {
        return new ReplayStep(
                kind,
                StorableText.of(order.getCommandId()),
                StorableText.of(order.getOrderedBy()),
                StorableText.of(order.getReason()));
    }

    static ReplayStep stoppedByCanary(String sentence) {
        return new ReplayStep(Kind.STOPPED, null, "canary", sentence);
    }
}
