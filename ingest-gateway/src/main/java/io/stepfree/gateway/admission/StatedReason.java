package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.JsonPointer;
import io.stepfree.platform.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads why an operator changes what happens to a dead letter; the audit trail needs it. */
public final class StatedReason {

    private static final int LONGEST = 500;

    private StatedReason() {}

    /**
     * The reason in the operator's words, never blank.
     *
     * @param document the body, null when there was none
     * @throws ProblemException naming every field that is wrong
     */
    public static String read(@Nullable JsonNode document) {
        List<FieldError> errors = new ArrayList<>();
        Optional<ObjectFields> fields =
                document == null ? Optional.empty() : ObjectFields.ofDocument(document, errors);
        if (document == null) {
            errors.add(
                    FieldError.in(JsonPointer.ROOT, null, "is required, as {\"reason\": \"…\"}"));
        }
        String reason = fields.map(StatedReason::read).orElse("");
        fields.ifPresent(ObjectFields::rejectOthers);
        if (!errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
        return reason;
    }

    /** The same as a field of a larger document, where errors go. */
    static String read(ObjectFields fields) {
        String reason = fields.requiredText("reason");
        if (reason == null) {
            return "";
        }
        if (reason.isBlank()) {
            fields.wrong("reason", reason, "is blank; say why, for those who look at it later");
        } else if (reason.length() > LONGEST) {
            fields.wrong(
                    "reason",
                    reason,
                    "has %d characters, more than %d".formatted(reason.length(), LONGEST));
        }
        return reason;
    }
}
