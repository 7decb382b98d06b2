package io.stepfree.gateway.openapi;

import com.fasterxml.jackson.databind.JavaType;
import io.swagger.v3.core.jackson.TypeNameResolver;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names the schemas of answers after their types, those of nested types with what they are in:
 * {@code Scan.Accepted} and {@code Replay.Accepted} are two. Remembers which type each is of.
 * Thread-safe.
 */
final class SchemaNames extends TypeNameResolver {

    /* Swagger keeps the first that it gets for as long as the JVM runs, so they share what they know. */
    private static final Map<String, JavaType> TYPES = new ConcurrentHashMap<>();

    /** The record that a schema of that name describes, of those named so far. */
    Map<String, JavaType> types() {
        return Map.copyOf(TYPES);
    }

    @Override
    public String nameForType(JavaType type, Set<Options> options) {
        String name = super.nameForType(type, options);
        JavaType known = type.getRawClass().isRecord() ? TYPES.putIfAbsent(name, type) : null;
        if (known != null && !known.equals(type)) {
            throw new IllegalStateException(
                    "%s and %s would both be the schema %s; rename one"
                            .formatted(known, type, name));
        }
        return name;
    }

    @Override
    protected String getNameOfClass(Class<?> type) {
        Class<?> around = type.getEnclosingClass();
        return around == null
                ? withoutController(type.getSimpleName())
                : getNameOfClass(around) + "." + type.getSimpleName();
    }

    private static String withoutController(String name) {
        return name.endsWith("Controller")
                ? name.substring(0, name.length() - "Controller".length())
                : name;
    }
}
