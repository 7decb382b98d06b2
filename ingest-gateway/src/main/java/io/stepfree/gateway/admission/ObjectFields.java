package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.JsonPointer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Takes the fields of one JSON object by name and gathers everything that is wrong with them, so
 * that a client hears of all its errors at once. Each method tells its error to the list and then
 * gives a stand-in; the caller looks at the list before it believes any value. Not thread-safe.
 */
final class ObjectFields {

    private final JsonNode object;
    private final JsonPointer at;
    private final List<FieldError> errors;
    private final Set<String> known = new LinkedHashSet<>();

    private ObjectFields(JsonNode object, JsonPointer at, List<FieldError> errors) {
        this.object = object;
        this.at = at;
        this.errors = errors;
    }

    /** The fields of a whole document; an error when it is not an object. */
    static Optional<ObjectFields> ofDocument(JsonNode document, List<FieldError> errors) {
        return of(document, JsonPointer.ROOT, errors);
    }

    private static Optional<ObjectFields> of(
            JsonNode node, JsonPointer at, List<FieldError> errors) {
        if (!node.isObject()) {
            errors.add(FieldError.in(at, shown(node), "must be an object, not " + kind(node)));
            return Optional.empty();
        }
        return Optional.of(new ObjectFields(node, at, errors));
    }

    /** The text of that field, or null when it is absent or not text. */
    @Nullable String text(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            wrong(name, shown(value), "must be a string, not " + kind(value));
            return null;
        }
        return value.asString();
    }

    /** The text of that field, or null with an error when it is absent. */
    @Nullable String requiredText(String name) {
        if (!object.has(name)) {
            known.add(name);
            wrong(name, null, "is required");
            return null;
        }
        return text(name);
    }

    /**
     * What the text of that field stands for, or the fallback when it is absent or not among the
     * choices.
     */
    <T> T oneOf(String name, Map<String, T> choices, T fallback) {
        String text = text(name);
        if (text == null) {
            return fallback;
        }
        T chosen = choices.get(text);
        if (chosen == null) {
            wrong(name, text, "must be one of " + String.join(", ", choices.keySet()));
            return fallback;
        }
        return chosen;
    }

    /** The whole number in that field, or the fallback when it is absent or out of range. */
    int integer(String name, int fallback, int least, int most) {
        JsonNode value = take(name);
        if (value == null) {
            return fallback;
        }
        if (!value.isNumber()) {
            wrong(name, shown(value), "must be a whole number, not " + kind(value));
            return fallback;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.asInt() < least
                || value.asInt() > most) {
            wrong(
                    name,
                    shown(value),
                    "must be a whole number from %,d to %,d".formatted(least, most));
            return fallback;
        }
        return value.asInt();
    }

    /** The fields of the object in that field, or empty when it is absent or not an object. */
    Optional<ObjectFields> object(String name) {
        JsonNode value = take(name);
        return value == null ? Optional.empty() : of(value, at.child(name), errors);
    }

    /** Tells an error of a field that only the caller can judge. */
    void wrong(String name, @Nullable String value, String detail) {
        errors.add(FieldError.in(at.child(name), value, detail));
    }

    /**
     * Every field that no call asked for is an error: a misspelt option must not be ignored in
     * silence.
     */
    void rejectOthers() {
        var others = new ArrayList<>(object.propertyNames());
        others.removeAll(known);
        for (String name : others) {
            wrong(name, null, "is not known; known are " + String.join(", ", known));
        }
    }

    private @Nullable JsonNode take(String name) {
        known.add(name);
        return object.get(name);
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case NULL -> "null; leave the field out instead";
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case BOOLEAN -> "a boolean";
            case NUMBER -> "a number";
            case STRING -> "a string";
            case BINARY, MISSING, POJO -> "this";
        };
    }

    private static @Nullable String shown(JsonNode node) {
        return node.isContainer() ? null : node.asString();
    }
}
