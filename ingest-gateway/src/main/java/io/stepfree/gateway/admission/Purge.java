package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.schemas.ops.DeadLetterFilter;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * An operator's order to delete dead letters.
 *
 * @param filter what to delete; it restricts something, unless the operator wrote that all are
 *     meant
 * @param dryRun whether it is only told what would go
 * @param reason why; empty with a dry run that gives none
 */
public record Purge(DeadLetterFilter filter, boolean dryRun, String reason) {

    private static final DeadLetterFilter EVERYTHING = DeadLetterFilter.newBuilder().build();

    /**
     * The purge that the document asks for.
     *
     * @throws ProblemException naming every field that is wrong
     */
    public static Purge read(JsonNode document) {
        List<FieldError> errors = new ArrayList<>();
        Purge purge =
                ObjectFields.ofDocument(document, errors)
                        .map(Purge::read)
                        .orElse(new Purge(EVERYTHING, true, ""));
        if (!errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
        return purge;
    }

    private static Purge read(ObjectFields fields) {
        DeadLetterFilter filter =
                fields.object("filter").map(ChosenDeadLetters::of).orElse(EVERYTHING);
        boolean all = fields.flag("all", false);
        boolean dryRun = fields.flag("dryRun", false);
        String reason = dryRun && !fields.has("reason") ? "" : StatedReason.read(fields);
        if (all && !filter.equals(EVERYTHING)) {
            fields.wrong("all", "true", "cannot stand beside a filter; send one of them");
        } else if (!all && filter.equals(EVERYTHING)) {
            fields.wrong(
                    "filter",
                    null,
                    "must restrict something; to purge every dead letter send \"all\": true instead");
        }
        fields.rejectOthers();
        return new Purge(filter, dryRun, reason);
    }
}
