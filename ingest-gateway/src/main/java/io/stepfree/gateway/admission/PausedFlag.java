package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import java.util.ArrayList;
import tools.jackson.databind.JsonNode;

/** Reads the order to pause a schedule or to let it go on. */
public final class PausedFlag {

    private static final String PAUSED = "paused";

    private PausedFlag() {}

    /**
     * Whether the schedule is to be paused.
     *
     * @throws ProblemException naming every field that is wrong
     */
    public static boolean read(JsonNode document) {
        var errors = new ArrayList<FieldError>();
        boolean paused =
                ObjectFields.ofDocument(document, errors)
                        .map(fields -> {
                            if (!fields.has(PAUSED)) {
                                fields.wrong(PAUSED, null, "is required");
                            }
                            boolean flag = fields.flag(PAUSED, false);
                            fields.rejectOthers();
                            return flag;
                        })
                        .orElse(false);
        if (!errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
        return paused;
    }
}
