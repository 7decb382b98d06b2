package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads why an operator replays a dead letter, which may be left out. */
public final class ReplayReason {

    private static final int LONGEST = 500;

    private ReplayReason() {}

    /**
     * The reason in the operator's words, empty when there is none.
     *
     * @param document the body, null when there was none
     * @throws ProblemException naming every field that is wrong
     */
    public static String read(@Nullable JsonNode document) {
        if (document == null) {
            return "";
        }
        List<FieldError> errors = new ArrayList<>();
        Optional<ObjectFields> fields = ObjectFields.ofDocument(document, errors);
        String reason = fields.map(ReplayReason::read).orElse("");
        fields.ifPresent(ObjectFields::rejectOthers);
        if (!errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
        return reason;
    }

    /** The field {@code reason} of a larger document; empty when there is none. */
    static String read(ObjectFields fields) {
        String reason = fields.text("reason");
        if (reason == null) {
            return "";
        }
        if (reason.length() > LONGEST) {
            fields.wrong(
                    "reason",
                    reason,
                    "has %d characters, more than %d".formatted(reason.length(), LONGEST));
        }
        return reason;
    }
}
