package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.ChosenScans;
import io.stepfree.gateway.admission.Device;
import io.stepfree.gateway.admission.NewRecovery;
import io.stepfree.gateway.admission.Standard;
import io.stepfree.schemas.scan.FailureType;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** The OpenAPI document says everything of every route, and is one by the rules. */
@ExtendWith(GatewayExtension.class)
final class OpenApiTest {

    private static final Set<String> PROBES = Set.of("GET /livez", "GET /readyz");
    private static final String WHERE =
            """
            in a file of ingest-gateway/src/main/resources/openapi: under paths, with tags, a summary, what
            may stand in the query, the body with a schema and an example, each answer that is good, and
            the errors that only this operation has. The rest is found in the code. Then write docs/openapi.json:
            mvn package -pl docs -am -Dtest='*PageTest' -Dsurefire.failIfNoSpecifiedTests=false -Dstepfree.docs.write=true
            """;

    private final RunningGateway gateway;
    private final ApiDescription api;

    OpenApiTest(RunningGateway gateway) {
        this.gateway = gateway;
        this.api = ApiDescription.of(gateway);
    }

    @Test
    void everyRouteIsDescribedAndNothingElse() {
        var described = new TreeSet<String>();
        api.operations().stream()
                .filter(operation -> operation.node().has("summary"))
                .forEach(operation -> described.add(operation.toString()));
        described.removeAll(PROBES);

        assertThat(described)
                .as("the routes of the gateway; describe those that are missing " + WHERE)
                .containsExactlyInAnyOrderElementsOf(routes());
    }

    @Test
    void nothingIsLeftOutOfAnOperation() {
        var missing = new ArrayList<String>();
        var ids = new TreeSet<String>();
        for (var operation : api.operations()) {
            JsonNode node = operation.node();
            if (node.path("summary").asString("").isBlank()) {
                missing.add(operation + " has no summary");
            }
            if (!ids.add(node.path("operationId").asString(""))) {
                missing.add(
                        operation
                                + " has the operationId of another one; name its method differently");
            }
            if (node.path("tags").size() != 1) {
                missing.add(operation + " has not one tag");
            }
            if (!node.path("security").isArray()) {
                missing.add(operation + " does not say who may");
            }
            boolean good = false;
            for (var response : node.path("responses").properties()) {
                JsonNode answer = api.resolve(response.getValue());
                if (answer.path("description").asString("").isBlank()) {
                    missing.add(
                            "%s has a %s without words".formatted(operation, response.getKey()));
                }
                for (var content : answer.path("content").properties()) {
                    if (!content.getValue().has("schema")) {
                        missing.add(
                                "%s has a %s without a schema"
                                        .formatted(operation, response.getKey()));
                    }
                }
                if (response.getKey().startsWith("2")) {
                    good = true;
                    if (!response.getKey().equals("204") && answer.path("content").isEmpty()) {
                        missing.add(
                                "%s has a %s without a body; give its content, or let its method return a record"
                                        .formatted(operation, response.getKey()));
                    }
                }
            }
            if (!good) {
                missing.add(operation + " has no answer that is good");
            }
            if (Set.of("POST", "PUT", "PATCH").contains(operation.method())
                    && node.has("requestBody")
                    && examples(operation).isEmpty()) {
                missing.add(operation + " has no example of its body");
            }
        }

        assertThat(missing).as("what is to be said " + WHERE).isEmpty();
    }

    @Test
    void itIsADocumentOfOpenApi31() {
        var options = new ParseOptions();
        options.setResolve(true);
        var read = new OpenAPIV3Parser().readContents(api.text(), null, options);

        assertThat(read.getMessages()).isEmpty();
        assertThat(read.getOpenAPI().getOpenapi()).isEqualTo("3.1.0");
        assertThat(read.getOpenAPI().getPaths()).hasSize(api.document().path("paths").size());
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        assertThat(api.document().findValuesAsString("$ref"))
                .isNotEmpty()
                .allMatch(reference -> !api.document().at(reference.substring(1)).isMissingNode());
    }

    @Test
    void everyExampleIsByItsSchema() {
        var faults = new ArrayList<String>();
        for (var operation : api.operations()) {
            String at = pointer(operation.path(), operation.method());
            check(faults, operation.node().path("requestBody"), at + "/requestBody");
            for (var response : operation.node().path("responses").properties()) {
                check(faults, response.getValue(), at + "/responses/" + response.getKey());
            }
            for (String in : List.of("query", "header")) {
                for (JsonNode parameter : api.parameters(operation, in)) {
                    if (!parameter.has("example")
                            && !parameter.path("name").asString().equals("cursor")
                            && in.equals("query")) {
                        faults.add("%s: %s has no example".formatted(operation, parameter));
                    }
                }
            }
        }

        assertThat(faults).isEmpty();
    }

    @Test
    void listsOfWordsAreThoseOfTheCode() {
        assertThat(words("/components/schemas/Standard"))
                .containsExactlyElementsOf(
                        Stream.of(Standard.values()).map(Standard::text).toList());
        assertThat(words("/components/schemas/ScanOptions/properties/device"))
                .containsExactlyElementsOf(Stream.of(Device.values()).map(Device::text).toList());
        assertThat(words("/components/schemas/ScanStatus/properties/status"))
                .containsExactlyElementsOf(ChosenScans.STATUSES);
        assertThat(words("/components/schemas/NewRecovery/properties/component"))
                .containsExactlyElementsOf(NewRecovery.COMPONENTS);
        assertThat(words("/components/schemas/NewKey/properties/scopes/items"))
                .containsExactlyElementsOf(Scope.BY_WORD.keySet());
        assertThat(words("/components/schemas/FailureType"))
                .containsExactlyElementsOf(
                        Stream.of(FailureType.values())
                                .map(type -> type.name().toLowerCase(Locale.ROOT))
                                .toList());
    }

    @Test
    void whatOnlyPeopleMayNotDoWithoutAKeySaysSo() {
        for (var operation : api.operations()) {
            boolean open =
                    operation.path().startsWith("/problems")
                            || operation.path().startsWith("/links/")
                            || operation.path().equals("/openapi.json")
                            || PROBES.contains(operation.toString());
            assertThat(operation.node().path("security").isEmpty())
                    .as("%s", operation)
                    .isEqualTo(open);
        }
        assertThat(api.document().at("/paths/~1api~1scans/post/security/0/key/0").asString())
                .isEqualTo("submit");
    }

    /** The libraries that look at the code bring ways to write answers that are not ours. */
    @Test
    void answersAreStillOnlyJson() {
        for (String type : List.of("application/yaml", "application/xml", "application/cbor")) {
            gateway.send(gateway.request("/api/rate-limit").header("Accept", type))
                    .problem(406, "not-acceptable");
        }
        gateway.get("/v3/api-docs").problem(404, "not-found");
    }

    private Set<String> routes() {
        var routes = new TreeSet<String>();
        gateway.bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .forEach((route, method) -> {
                    if (method.getBeanType().getName().startsWith("io.stepfree.")
                            && !route.getPatternValues().contains("/error")) {
                        for (String path : route.getPatternValues()) {
                            route.getMethodsCondition()
                                    .getMethods()
                                    .forEach(verb -> routes.add(verb + " " + path));
                        }
                    }
                });
        return routes;
    }

    private List<JsonNode> examples(ApiDescription.Operation operation) {
        var examples = new ArrayList<JsonNode>();
        api.bodies(operation).forEach(body -> examples.addAll(examplesOf(body)));
        return examples;
    }

    static List<JsonNode> examplesOf(JsonNode content) {
        var examples = new ArrayList<JsonNode>();
        if (content.has("example")) {
            examples.add(content.path("example"));
        }
        content.path("examples").forEach(example -> examples.add(example.path("value")));
        return examples;
    }

    private void check(List<String> faults, JsonNode part, String at) {
        String reference = part.path("$ref").asString("");
        String there = reference.isEmpty() ? at : reference.substring(1);
        for (var content : api.document().at(there).path("content").properties()) {
            String schema = there + "/content/" + content.getKey().replace("/", "~1") + "/schema";
            for (JsonNode example : examplesOf(content.getValue())) {
                api.faults(schema, example).forEach(fault -> faults.add(schema + ": " + fault));
            }
        }
    }

    private List<String> words(String pointer) {
        return api.document()
                .at(pointer)
                .path("enum")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
    }

    private static String pointer(String path, String method) {
        return "/paths/%s/%s".formatted(path.replace("/", "~1"), method.toLowerCase(Locale.ROOT));
    }
}
