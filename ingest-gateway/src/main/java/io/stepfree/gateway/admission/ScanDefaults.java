package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.JsonPointer;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.schemas.scan.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a scan takes where it says nothing itself. Immutable. */
public final class ScanDefaults {

    /** For a scan that comes alone: somebody waits for it. */
    static final ScanDefaults OF_ONE = new ScanDefaults(Standard.WCAG22AA, Priority.HIGH, null);

    /** For one of many, which let others go first. */
    public static final ScanDefaults OF_MANY =
            new ScanDefaults(Standard.WCAG22AA, Priority.LOW, null);

    private static final JsonPointer FIELD = JsonPointer.ROOT.child("defaults");

    private final Standard standard;
    private final Priority priority;
    private final @Nullable JsonNode options;

    private ScanDefaults(Standard standard, Priority priority, @Nullable JsonNode options) {
        this.standard = standard;
        this.priority = priority;
        this.options = options;
    }

    /**
     * Those that the field {@code defaults} of a document says; else those of many.
     *
     * @throws ProblemException naming every field that is wrong
     */
    public static ScanDefaults read(JsonNode field) {
        var errors = new ArrayList<FieldError>();
        ScanDefaults defaults =
                ObjectFields.at(FIELD, field, errors)
                        .map(fields -> read(fields, field.get("options")))
                        .orElse(OF_MANY);
        if (!errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
        return defaults;
    }

    private static ScanDefaults read(ObjectFields fields, @Nullable JsonNode options) {
        Standard standard = fields.oneOf("standard", Standard.names(), OF_MANY.standard);
        Priority priority = fields.oneOf("priority", ScanAdmission.PRIORITIES, OF_MANY.priority);
        // Once for all, although each row reads them again beside its host.
        fields.object("options").ifPresent(chosen -> OptionsReader.read(chosen, null));
        fields.rejectOthers();
        return new ScanDefaults(standard, priority, options);
    }

    /**
     * Those that a query string says; else those of many.
     *
     * @param standard the parameter of that name, null when it is absent
     * @param priority the same
     * @throws ProblemException naming every parameter that is wrong
     */
    public static ScanDefaults ofQuery(@Nullable String standard, @Nullable String priority) {
        var errors = new ArrayList<FieldError>();
        var defaults =
                new ScanDefaults(
                        oneOf("standard", standard, Standard.names(), OF_MANY.standard, errors),
                        oneOf(
                                "priority",
                                priority,
                                ScanAdmission.PRIORITIES,
                                OF_MANY.priority,
                                errors),
                        null);
        if (!errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
        return defaults;
    }

    private static <T> T oneOf(
            String name,
            @Nullable String text,
            Map<String, T> choices,
            T fallback,
            List<FieldError> errors) {
        if (text == null) {
            return fallback;
        }
        T chosen = choices.get(text);
        if (chosen == null) {
            errors.add(
                    FieldError.inQuery(
                            name, text, "must be one of " + String.join(", ", choices.keySet())));
            return fallback;
        }
        return chosen;
    }

    Standard standard() {
        return standard;
    }

    Priority priority() {
        return priority;
    }

    /** The options, whose errors are told where they stand; empty when there are none. */
    Optional<ObjectFields> options(List<FieldError> errors) {
        return options == null
                ? Optional.empty()
                : ObjectFields.at(FIELD.child("options"), options, errors);
    }
}
