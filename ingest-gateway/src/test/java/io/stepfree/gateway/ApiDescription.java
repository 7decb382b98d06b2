package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.StringNode;

/** The OpenAPI document that a gateway serves, to hold its answers against. */
final class ApiDescription {

    private static final String ADDRESS = "https://stepfree.example/openapi.json";
    private static final String PROBLEM = "application/problem+json";

    private final String text;
    private final JsonNode document;
    private final SchemaRegistry registry;
    private final Map<String, Schema> schemas = new HashMap<>();

    /** One method of one path. */
    record Operation(String method, String path, JsonNode node) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private ApiDescription(String text) {
        this.text = text;
        this.document = JsonMapper.shared().readTree(text);
        this.registry =
                SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12,
                        registry -> registry.schemas(Map.of(ADDRESS, text)));
    }

    static ApiDescription of(RunningGateway gateway) {
        Answer served = gateway.get("/openapi.json");
        assertThat(served.status()).as(served.body()).isEqualTo(200);
        return new ApiDescription(served.body());
    }

    String text() {
        return text;
    }

    JsonNode document() {
        return document;
    }

    /** Every operation, by path and method. */
    List<Operation> operations() {
        var operations = new ArrayList<Operation>();
        for (var path : document.path("paths").properties()) {
            for (var method : path.getValue().properties()) {
                operations.add(
                        new Operation(
                                method.getKey().toUpperCase(Locale.ROOT),
                                path.getKey(),
                                method.getValue()));
            }
        }
        return operations;
    }

    /** What a node says, or what it refers to. */
    JsonNode resolve(JsonNode node) {
        String reference = node.path("$ref").asString("");
        return reference.isEmpty() ? node : resolve(document.at(reference.substring(1)));
    }

    /** The parameters of an operation that stand there. */
    List<JsonNode> parameters(Operation operation, String in) {
        return operation
                .node()
                .path("parameters")
                .valueStream()
                .map(this::resolve)
                .filter(parameter -> parameter.path("in").asString().equals(in))
                .toList();
    }

    /** The bodies of an operation by their media types; empty when it takes none. */
    JsonNode bodies(Operation operation) {
        return resolve(operation.node().path("requestBody")).path("content");
    }

    /** What is wrong with a value by the schema at that pointer; empty when it is right. */
    List<String> faults(String pointer, JsonNode value) {
        return schemas
                .computeIfAbsent(
                        pointer,
                        there -> registry.getSchema(SchemaLocation.of(ADDRESS + "#" + there)))
                .validate(
                        value,
                        context ->
                                context.executionConfig(
                                        config -> config.formatAssertionsEnabled(true)))
                .stream()
                .map(Object::toString)
                .toList();
    }

    /** What an answer has that the document does not say of that operation; empty when nothing. */
    List<String> deviations(Operation operation, Answer answer) {
        String status = Integer.toString(answer.status());
        String at =
                "/paths/%s/%s/responses/%s"
                        .formatted(
                                escaped(operation.path()),
                                operation.method().toLowerCase(Locale.ROOT),
                                status);
        JsonNode there = document.at(at);
        if (there.isMissingNode()) {
            return List.of("the status %s is not documented: %s".formatted(status, answer.body()));
        }
        String reference = there.path("$ref").asString("");
        String response = reference.isEmpty() ? at : reference.substring(1);
        return deviations(response, document.at(response), answer);
    }

    private List<String> deviations(String at, JsonNode response, Answer answer) {
        var deviations = new ArrayList<String>();
        for (var header : response.path("headers").properties()) {
            String value = answer.header(header.getKey());
            if (value != null) {
                String name = header.getValue().path("$ref").asString("").substring(1);
                faults(name + "/schema", StringNode.valueOf(value))
                        .forEach(fault -> deviations.add(header.getKey() + ": " + fault));
            } else if (resolve(header.getValue()).path("required").asBoolean(false)) {
                deviations.add("the header %s is missing".formatted(header.getKey()));
            }
        }
        String type = answer.header("Content-Type");
        if (type == null) {
            if (!answer.body().isEmpty() || response.has("content")) {
                deviations.add("a body is documented, and there is none with a Content-Type");
            }
            return deviations;
        }
        String media = type.split(";", 2)[0];
        if (!response.path("content").has(media)) {
            deviations.add("the media type %s is not documented".formatted(media));
        } else if (media.endsWith("json")) {
            faults(at + "/content/" + escaped(media) + "/schema", answer.json())
                    .forEach(fault -> deviations.add(fault + " in " + answer.body()));
        }
        return deviations;
    }

    /** What is missing of a whole problem; empty for an answer that is no error, or a whole one. */
    List<String> faultsOfProblem(Answer answer) {
        if (answer.status() < 400) {
            return List.of();
        }
        String type = answer.header("Content-Type");
        if (type == null || !type.startsWith(PROBLEM)) {
            return List.of("an error as %s: %s".formatted(type, answer.body()));
        }
        var faults = new ArrayList<>(faults("/components/schemas/Problem", answer.json()));
        if (answer.json().path("status").asInt() != answer.status()) {
            faults.add("a problem of another status than %d".formatted(answer.status()));
        }
        if (!answer.json().path("requestId").asString("").equals(answer.header("X-Request-ID"))) {
            faults.add("a problem of another request");
        }
        return faults;
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
