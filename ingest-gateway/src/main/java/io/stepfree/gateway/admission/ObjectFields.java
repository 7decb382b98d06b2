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
    private final boolean secret;
    private final Set<String> known = new LinkedHashSet<>();

    private ObjectFields(JsonNode object, JsonPointer at, List<FieldError> errors, boolean secret) {
        this.object = object;
        this.at = at;
        this.errors = errors;
        this.secret = secret;
    }

    /** The fields of a whole document; an error when it is not an object. */
    static Optional<ObjectFields> ofDocument(JsonNode document, List<FieldError> errors) {
        return at(JsonPointer.ROOT, document, errors);
    }

    /** The fields of an object that stands there in a larger document. */
    static Optional<ObjectFields> at(JsonPointer at, JsonNode object, List<FieldError> errors) {
        return of(object, at, errors, false);
    }

    private static Optional<ObjectFields> of(
            JsonNode node, JsonPointer at, List<FieldError> errors, boolean secret) {
        if (!node.isObject()) {
            errors.add(
                    FieldError.in(
                            at,
                            secret ? null : shown(node),
                            "must be an object, not " + kind(node)));
            return Optional.empty();
        }
        return Optional.of(new ObjectFields(node, at, errors, secret));
    }

    /** Whether that field is there, be it right or wrong. */
    boolean has(String name) {
        return object.has(name);
    }

    /** The names of all fields, in order. */
    List<String> names() {
        return List.copyOf(object.propertyNames());
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

    /** The same for a text that nobody else may read: an error shows no value. */
    @Nullable String secretText(String name) {
        return new ObjectFields(object, at, errors, true).requiredText(known(name));
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
        return oneOf(name, choices).orElse(fallback);
    }

    /** The same, or empty when it is absent or not among the choices. */
    <T> Optional<T> oneOf(String name, Map<String, T> choices) {
        String text = text(name);
        if (text == null) {
            return Optional.empty();
        }
        T chosen = choices.get(text);
        if (chosen == null) {
            wrong(name, text, "must be one of " + String.join(", ", choices.keySet()));
            return Optional.empty();
        }
        return Optional.of(chosen);
    }

    /** The whole number in that field, or the fallback when it is absent or out of range. */
    int integer(String name, int fallback, int least, int most) {
        return Math.toIntExact(longNumber(name, fallback, least, most));
    }

    /** The same for numbers beyond 32 bits. */
    long longNumber(String name, long fallback, long least, long most) {
        JsonNode value = take(name);
        if (value == null) {
            return fallback;
        }
        if (!value.isNumber()) {
            wrong(name, shown(value), "must be a whole number, not " + kind(value));
            return fallback;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.asLong() < least
                || value.asLong() > most) {
            wrong(
                    name,
                    shown(value),
                    "must be a whole number from %,d to %,d".formatted(least, most));
            return fallback;
        }
        return value.asLong();
    }

    /** The number in that field, or the fallback when it is absent or out of range. */
    double number(String name, double fallback, double least, double most) {
        JsonNode value = take(name);
        if (value == null) {
            return fallback;
        }
        if (!value.isNumber()) {
            wrong(name, shown(value), "must be a number, not " + kind(value));
            return fallback;
        }
        double number = value.asDouble();
        if (!(number >= least && number <= most)) {
            wrong(name, shown(value), "must be a number from %s to %s".formatted(least, most));
            return fallback;
        }
        return number;
    }

    /** Whether that field says so, or the fallback when it is absent. */
    boolean flag(String name, boolean fallback) {
        JsonNode value = take(name);
        if (value == null) {
            return fallback;
        }
        if (!value.isBoolean()) {
            wrong(name, shown(value), "must be true or false, not " + kind(value));
            return fallback;
        }
        return value.asBoolean();
    }

    /** The fields of the object in that field, or empty when it is absent or not an object. */
    Optional<ObjectFields> object(String name) {
        JsonNode value = take(name);
        return value == null ? Optional.empty() : of(value, at.child(name), errors, secret);
    }

    /** The same for one full of secrets: no error in it shows a value. */
    Optional<ObjectFields> secretObject(String name) {
        JsonNode value = take(name);
        return value == null ? Optional.empty() : of(value, at.child(name), errors, true);
    }

    /** The objects in the array in that field, at most so many; without those that are none. */
    List<ObjectFields> objects(String name, int most) {
        return objects(name, most, secret);
    }

    /** The same for objects full of secrets: no error in them shows a value. */
    List<ObjectFields> secretObjects(String name, int most) {
        return objects(name, most, true);
    }

    private List<ObjectFields> objects(String name, int most, boolean secret) {
        JsonNode value = take(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            wrong(name, secret ? null : shown(value), "must be an array, not " + kind(value));
            return List.of();
        }
        if (value.size() > most) {
            wrong(name, null, "has %d entries, more than %d".formatted(value.size(), most));
            return List.of();
        }
        var found = new ArrayList<ObjectFields>();
        JsonPointer list = at.child(name);
        for (int i = 0; i < value.size(); i++) {
            of(value.path(i), list.child(Integer.toString(i)), errors, secret)
                    .ifPresent(found::add);
        }
        return found;
    }

    /** The strings in the array in that field; none when it is absent or anything else. */
    List<String> texts(String name) {
        JsonNode value = take(name);
        if (value == null
                || !value.isArray()
                || !value.valueStream().allMatch(JsonNode::isString)) {
            return List.of();
        }
        return value.valueStream().map(JsonNode::asString).toList();
    }

    /** Whether that field is there and a string, where it may also be something else. */
    boolean isText(String name) {
        JsonNode value = object.get(name);
        return value != null && value.isString();
    }

    /** Whether that field is there and a number, where it may also be something else. */
    boolean isNumber(String name) {
        JsonNode value = object.get(name);
        return value != null && value.isNumber();
    }

    /** That field is read by somebody else. */
    void isKnown(String name) {
        known.add(name);
    }

    /** Tells an error of a field that only the caller can judge. */
    void wrong(String name, @Nullable String value, String detail) {
        errors.add(FieldError.in(at.child(name), secret ? null : value, detail));
    }

    /** Tells an error of the object as a whole. */
    void wrong(String detail) {
        errors.add(FieldError.in(at, null, detail));
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
        return object.get(known(name));
    }

    private String known(String name) {
        known.add(name);
        return name;
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
