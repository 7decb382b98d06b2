package io.stepfree.gateway.openapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import java.lang.reflect.RecordComponent;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says in the schema of a record which members are always there and which may be null, as our
 * Jackson writes them: all are there, but where nulls are left out, and those that are {@link
 * Nullable} may be null.
 */
final class RecordShape {

    private RecordShape() {}

    /** Completes the schema of that record. */
    static void complete(ObjectNode schema, JavaType type) {
        if (!schema.path("properties").isObject()) {
            return;
        }
        var required = new TreeSet<String>();
        complete((ObjectNode) schema.path("properties"), type, required);
        schema.remove("required");
        if (!required.isEmpty()) {
            var names = schema.putArray("required");
            required.forEach(names::add);
        }
    }

    private static void complete(ObjectNode properties, JavaType of, Set<String> required) {
        Class<?> type = of.getRawClass();
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                JavaType inner =
                        TypeFactory.defaultInstance()
                                .resolveMemberType(component.getGenericType(), of.getBindings());
                if (inner.getRawClass().isRecord()) {
                    complete(properties, inner, required);
                }
            } else if (properties.get(component.getName()) instanceof ObjectNode property) {
                boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
                if (component.getAccessor().isAnnotationPresent(JsonRawValue.class)) {
                    // Whatever JSON is stored.
                    property.removeAll();
                } else {
                    setNullable(property, nullable && !leavesOut(type, component));
                }
                if (!nullable || !leavesOut(type, component)) {
                    required.add(component.getName());
                }
            }
        }
    }

    private static boolean leavesOut(Class<?> type, RecordComponent component) {
        JsonInclude include = component.getAccessor().getAnnotation(JsonInclude.class);
        if (include == null) {
            include = type.getAnnotation(JsonInclude.class);
        }
        return include != null && include.value() != JsonInclude.Include.ALWAYS;
    }

    private static void setNullable(ObjectNode property, boolean nullable) {
        var types = property.path("type");
        if (types.isArray()) {
            types.valueStream()
                    .filter(type -> !type.asString().equals("null"))
                    .findFirst()
                    .ifPresent(type -> property.put("type", type.asString()));
        }
        if (!nullable) {
            return;
        }
        if (property.has("$ref")) {
            ObjectNode reference = JsonNodeFactory.instance.objectNode();
            reference.set("$ref", property.remove("$ref"));
            property.putArray("anyOf").add(reference).addObject().put("type", "null");
        } else if (property.has("type")) {
            var type = property.remove("type");
            property.putArray("type").add(type).add("null");
        }
    }
}
