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
        return admit(document, ScanDefaults.OF_ONE, true);
    }

    /**
     * The scan that one row of many asks for. It can name neither its batch nor a callback, which
     * are those of all.
     *
     * @throws ProblemException naming every field that is wrong
     */
    public NewScan admitRow(JsonNode row, ScanDefaults defaults) {
        return admit(row, defaults, false);
    }

    private NewScan admit(JsonNode document, ScanDefaults defaults, boolean alone) {
        var errors = new ArrayList<FieldError>();
        NewScan scan =
                ObjectFields.ofDocument(document, errors)
                        .map(fields -> read(fields, defaults, alone, errors))
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

    /**
     * The scan that those fields ask for, beside what was taken of them before; null with errors.
     *
     * @param alone whether it may name a batch and a callback of its own
     */
    @Nullable NewScan read(
            ObjectFields fields, ScanDefaults defaults, boolean alone, List<FieldError> errors) {
        Target target = target(fields);
        Standard standard = fields.oneOf("standard", Standard.names(), defaults.standard());
        Priority priority = fields.oneOf("priority", PRIORITIES, defaults.priority());
        ChosenOptions chosen =
                options(fields, defaults, errors)
                        .map(options ->
                                OptionsReader.read(options, target == null ? null : target.host()))
                        .orElse(ChosenOptions.DEFAULTS);
        String batch = alone ? BatchIds.read(fields) : null;
        Callback callback = alone ? callback(fields) : null;
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
                        batch,
                        callback);
    }

    /** Whom the field {@code callback} wants told; null when it is absent or wrong. */
    @Nullable Callback callback(ObjectFields fields) {
        ObjectFields callback = fields.object("callback").orElse(null);
        if (callback == null) {
            return null;
        }
        String url = callback.requiredText("url");
        callback.rejectOthers();
        if (url == null) {
            return null;
        }
        return switch (Callback.judge(url, targets)) {
            case Callback.Judged.Good(Callback good) -> good;
            case Callback.Judged.Wrong(String reason) -> {
                callback.wrong("url", shown(url), reason);
                yield null;
            }
        };
    }

    /**
     * Whom the query parameter {@code callback} wants told.
     *
     * @throws ProblemException when it may not be told
     */
    public Callback callback(String url) {
        return switch (Callback.judge(url, targets)) {
            case Callback.Judged.Good(Callback good) -> good;
            case Callback.Judged.Wrong(String reason) ->
                    throw invalid(List.of(FieldError.inQuery("callback", shown(url), reason)));
        };
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
        String shown = shown(url);
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

    /* What may be a password is not sent back. */
    private static @Nullable String shown(String url) {
        return url.contains("@") ? null : url;
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
