package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An operator's order to start a part anew.
 *
 * @param component which part: one of {@link #COMPONENTS}
 * @param reason why; may be empty
 */
public record NewRecovery(String component, String reason) {

    /** What can be started anew. */
    public static final List<String> COMPONENTS =
            List.of("browser", "consumers", "pool", "streams");

    /**
     * The recovery that the document asks for.
     *
     * @throws ProblemException naming every field that is wrong
     */
    public static NewRecovery read(JsonNode document) {
        List<FieldError> errors = new ArrayList<>();
        NewRecovery recovery =
                ObjectFields.ofDocument(document, errors)
                        .map(NewRecovery::read)
                        .orElse(new NewRecovery("", ""));
        if (!errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
        return recovery;
    }

    private static NewRecovery read(ObjectFields fields) {
        @Nullable String component = fields.requiredText("component");
        if (component != null && !COMPONENTS.contains(component)) {
            fields.wrong(
                    "component",
                    component,
                    "must be one of %s".formatted(String.join(", ", COMPONENTS)));
        }
        String reason = ReplayReason.read(fields);
        fields.rejectOthers();
        return new NewRecovery(component == null ? "" : component, reason);
    }
}
