package io.stepfree.gateway.openapi;

import com.fasterxml.jackson.databind.JavaType;
import io.stepfree.platform.problem.ProblemType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the whole OpenAPI document of what was found in the code and of the parts that are written
 * by hand, which go first: their words, their bodies and their examples, on the code's routes, path
 * parameters, answers and scopes. What every operation has in common, such as its errors and
 * headers, is added here.
 */
final class ApiDocument {

    private static final String PROBLEM = "application/problem+json";
    private static final String JSON = "application/json";
    private static final String SCHEMAS = "#/components/schemas/";
    private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");

    private final List<String> parts;
    private final SchemaNames names;

    /**
     * @param parts those that are written by hand, as YAML
     * @param names of the schemas of answers
     */
    ApiDocument(List<String> parts, SchemaNames names) {
        this.parts = parts;
        this.names = names;
    }

    /**
     * The document, as JSON that is laid out for people.
     *
     * @param found what was found in the code, an OpenAPI document as JSON
     */
    byte[] of(byte[] found) {
        JsonMapper json = JsonMapper.shared();
        return json.writerWithDefaultPrettyPrinter()
                .writeValueAsBytes(complete((ObjectNode) json.readTree(found)));
    }

    private ObjectNode complete(ObjectNode found) {
        ObjectNode said = DocumentParts.read(parts);
        ObjectNode schemas = object(object(found, "components"), "schemas");
        Map<String, JavaType> types = names.types();
        schemas.properties()
                .forEach(schema -> {
                    JavaType type = types.get(schema.getKey());
                    if (type != null && schema.getValue() instanceof ObjectNode object) {
                        RecordShape.complete(object, type);
                    }
                });
        ObjectNode document = JsonMapper.shared().createObjectNode();
        document.put("openapi", "3.1.0");
        for (String name : List.of("info", "servers", "tags")) {
            document.set(name, said.path(name));
        }
        document.set("paths", paths(object(found, "paths"), object(said, "paths")));
        ObjectNode components = object(document, "components");
        object(components, "schemas").setAll(schemas);
        DocumentParts.merge(components, said.path("components"));
        addErrors(components);
        leaveOutUnused(document);
        return document;
    }

    private static ObjectNode paths(ObjectNode found, ObjectNode said) {
        var all = new TreeSet<String>();
        found.propertyNames().forEach(all::add);
        said.propertyNames().forEach(all::add);
        ObjectNode paths = JsonMapper.shared().createObjectNode();
        for (String path : all) {
            for (String method : METHODS) {
                JsonNode known = found.path(path).path(method);
                JsonNode words = said.path(path).path(method);
                if (known.isObject() || words.isObject()) {
                    object(paths, path).set(method, operation(known, words));
                }
            }
        }
        return paths;
    }

    private static ObjectNode operation(JsonNode known, JsonNode words) {
        ObjectNode operation = JsonMapper.shared().createObjectNode();
        operation.set("operationId", known.path("operationId"));
        operation.set("security", known.path("security"));
        DocumentParts.merge(operation, words);
        tellScope(operation);
        addParameters(operation, known.path("parameters"));
        ObjectNode responses = object(operation, "responses");
        for (var response : responses.properties()) {
            if (response.getValue() instanceof ObjectNode object && !object.has("$ref")) {
                if (response.getKey().compareTo("400") < 0) {
                    addShape(object, known.path("responses"));
                } else if (!object.path("content").isObject()
                        || !object.path("content").isEmpty()) {
                    addProblem(object, response.getKey());
                }
                if (object.path("content").isEmpty()) {
                    object.remove("content");
                }
                addHeader(object, "X-Request-ID", "RequestId");
            }
        }
        for (int status : errors(operation)) {
            String code = Integer.toString(status);
            if (!responses.has(code)) {
                responses
                        .putObject(code)
                        .put("$ref", "#/components/responses/" + errorName(status));
            }
        }
        var sorted = new TreeMap<String, JsonNode>();
        responses.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        responses.removeAll();
        sorted.forEach(responses::set);
        return operation;
    }

    private static void tellScope(ObjectNode operation) {
        String scope = operation.path("security").path(0).path("key").path(0).asString("");
        if (!scope.isEmpty()) {
            operation.put(
                    "description",
                    "%s\nNeeds a key with the scope `%s`."
                            .formatted(operation.path("description").asString("").strip(), scope)
                            .strip());
        }
    }

    /* Of the query, only what a person has said is one: the code takes it as a whole. */
    private static void addParameters(ObjectNode operation, JsonNode known) {
        ArrayNode parameters = JsonMapper.shared().createArrayNode();
        known.valueStream()
                .filter(parameter -> parameter.path("in").asString().equals("path"))
                .forEach(parameters::add);
        operation.path("parameters").valueStream().forEach(parameters::add);
        parameters.addObject().put("$ref", "#/components/parameters/RequestId");
        operation.set("parameters", parameters);
    }

    /* The code knows one shape, whatever the status. */
    private static void addShape(ObjectNode response, JsonNode known) {
        JsonNode content = response.path("content");
        if (content.isObject() && !content.has(JSON)) {
            return;
        }
        JsonNode shape =
                known.valueStream()
                        .map(answer -> answer.path("content").path(JSON).path("schema"))
                        .filter(JsonNode::isObject)
                        .findFirst()
                        .orElse(known.path("none"));
        if (shape.isObject() && !content.path(JSON).has("schema")) {
            object(object(response, "content"), JSON).set("schema", shape);
        }
    }

    private static void addProblem(ObjectNode response, String status) {
        ObjectNode content = object(object(response, "content"), PROBLEM);
        if (!content.has("schema")) {
            content.putObject("schema").put("$ref", SCHEMAS + "Problem");
        }
        if (status.equals("429") || status.equals("503")) {
            addHeader(response, "Retry-After", "RetryAfter");
        }
        if (status.equals("401")) {
            addHeader(response, "WWW-Authenticate", "Authenticate");
        }
        addHeader(response, "X-Request-ID", "RequestId");
    }

    private static void addHeader(ObjectNode response, String name, String component) {
        object(response, "headers")
                .putObject(name)
                .put("$ref", "#/components/headers/" + component);
    }

    /** Which errors an operation can have by what it is, beside its own. */
    private static Set<Integer> errors(ObjectNode operation) {
        var errors = new TreeSet<>(Set.of(400, 406, 500));
        if (!operation.path("security").isEmpty()) {
            errors.addAll(Set.of(401, 403, 429, 503));
        }
        if (operation.has("requestBody")) {
            errors.addAll(Set.of(413, 415));
        }
        return errors;
    }

    private static void addErrors(ObjectNode components) {
        ObjectNode responses = object(components, "responses");
        Stream.of(ProblemType.values())
                .collect(
                        Collectors.groupingBy(
                                ProblemType::status, TreeMap::new, Collectors.toList()))
                .forEach((status, types) -> {
                    ObjectNode response = responses.putObject(errorName(status));
                    response.put(
                            "description",
                            types.stream()
                                    .map(ProblemType::title)
                                    .collect(Collectors.joining("; ", "", ".")));
                    addProblem(response, Integer.toString(status));
                    ObjectNode examples =
                            object(object(object(response, "content"), PROBLEM), "examples");
                    types.forEach(type -> examples.set(type.word(), example(type)));
                });
    }

    private static ObjectNode example(ProblemType type) {
        ObjectNode example = JsonMapper.shared().createObjectNode();
        example.put("summary", type.title());
        ObjectNode problem = example.putObject("value");
        problem.put("type", type.uri().toString());
        problem.put("title", type.title());
        problem.put("status", type.status());
        problem.put("detail", type.meaning());
        problem.put("instance", "/api/scans");
        problem.put("requestId", "checkout-4711");
        problem.put("timestamp", Instant.parse("2026-11-22T09:00:00.123Z").toString());
        if (type == ProblemType.INVALID_FIELDS) {
            problem.putArray("errors")
                    .addObject()
                    .put("pointer", "/priority")
                    .put("value", "urgent")
                    .put("detail", "must be one of high, low");
        }
        return example;
    }

    private static String errorName(int status) {
        return "Problem" + status;
    }

    /* Parts of answers that were described by hand after all, and errors that nothing has. */
    private static void leaveOutUnused(ObjectNode document) {
        boolean again = true;
        while (again) {
            var used = new HashSet<String>();
            document.findValuesAsString("$ref").forEach(used::add);
            again = false;
            for (var kind : document.path("components").properties()) {
                if (kind.getKey().equals("securitySchemes")) {
                    continue;
                }
                for (String name : List.copyOf(new ArrayList<>(kind.getValue().propertyNames()))) {
                    if (!used.contains("#/components/%s/%s".formatted(kind.getKey(), name))) {
                        ((ObjectNode) kind.getValue()).remove(name);
                        again = true;
                    }
                }
            }
        }
    }

    private static ObjectNode object(ObjectNode parent, String name) {
        return parent.get(name) instanceof ObjectNode known ? known : parent.putObject(name);
    }
}
