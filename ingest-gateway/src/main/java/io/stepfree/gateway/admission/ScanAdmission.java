package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.platform.target.Target;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.platform.target.Verdict;
import io.stepfree.schemas.scan.Priority;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Decides whether a document is a scan we take. The address is judged as it is written; the worker
 * judges again what its host resolves to. Thread-safe.
 */
public final class ScanAdmission {

    static final Map<String, Priority> PRIORITIES = priorities();

    private final TargetPolicy targets;

    public ScanAdmission(TargetPolicy targets) {
        this.targets = targets;
    }

    /**
     * The scan that the document asks for.
     *
     * @throws ProblemException naming every field that is wrong
     */
    public NewScan admit(JsonNode document) {
        return admit(document, ScanDefaults.OF_ONE, BatchIds::read);
    }

    /**
     * The scan that one row of many asks for. It cannot name its batch, which is that of all.
     *
     * @throws ProblemException naming every field that is wrong
     */
    public NewScan admitRow(JsonNode row, ScanDefaults defaults) {
        return admit(row, defaults, _ -> null);
    }

    private NewScan admit(
            JsonNode document,
            ScanDefaults defaults,
            Function<ObjectFields, @Nullable String> batch) {
        var errors = new ArrayList<FieldError>();
        NewScan scan =
                ObjectFields.ofDocument(document, errors)
                        .map(fields -> read(fields, defaults, batch, errors))
                        .orElse(null);
        if (scan == null || !errors.isEmpty()) {
            throw invalid(errors);
        }
        return scan;
    }

    /** The problem of a request in which these fields are wrong. */
    public static ProblemException invalid(List<FieldError> errors) {
        String names =
                errors.stream()
                        .map(ScanAdmission::name)
                        .distinct()
                        .collect(Collectors.joining(", "));
        return new ProblemException(
                ProblemType.INVALID_FIELDS,
                "Nothing was accepted. What is wrong: %s.".formatted(names),
                errors);
    }

    private static String name(FieldError error) {
        String pointer = error.pointer();
        return pointer == null
                ? "the query parameter " + error.parameter()
                : pointer.isEmpty() ? "the document itself" : pointer;
    }

    private @Nullable NewScan read(
            ObjectFields fields,
            ScanDefaults defaults,
            Function<ObjectFields, @Nullable String> batches,
            List<FieldError> errors) {
        Target target = target(fields);
        Standard standard = fields.oneOf("standard", Standard.names(), defaults.standard());
        Priority priority = fields.oneOf("priority", PRIORITIES, defaults.priority());
        ChosenOptions chosen =
                options(fields, defaults, errors)
                        .map(options ->
                                OptionsReader.read(options, target == null ? null : target.host()))
                        .orElse(ChosenOptions.DEFAULTS);
        String batch = batches.apply(fields);
        fields.rejectOthers();
        return target == null || !errors.isEmpty()
                ? null
                : new NewScan(
                        target.url(),
                        target.host(),
                        standard,
                        priority,
                        chosen.options(),
                        chosen.secrets(),
                        batch);
    }

    /** Those of the scan itself, also where they are wrong; else those of all. */
    private static Optional<ObjectFields> options(
            ObjectFields fields, ScanDefaults defaults, List<FieldError> errors) {
        Optional<ObjectFields> own = fields.object("options");
        return fields.has("options") ? own : defaults.options(errors);
    }

    private @Nullable Target target(ObjectFields fields) {
        String url = fields.requiredText("url");
        if (url == null) {
            return null;
        }
        // What may be a password is not sent back.
        String shown = url.contains("@") ? null : url;
        if (url.codePoints().anyMatch(ScanAdmission::unprintable)) {
            fields.wrong("url", shown, "has a control character or a line separator; encode it");
            return null;
        }
        return switch (targets.judgeUrl(url)) {
            case Verdict.Allowed(Target target) -> target;
            case Verdict.Refused(String reason) -> {
                fields.wrong("url", shown, reason);
                yield null;
            }
        };
    }

    static boolean unprintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private static Map<String, Priority> priorities() {
        var names = new LinkedHashMap<String, Priority>();
        names.put("high", Priority.HIGH);
        names.put("low", Priority.LOW);
        return names;
    }
}
