package io.stepfree.gateway.openapi;

import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the parts of the document that are written by hand, and puts them together. */
final class DocumentParts {

    private DocumentParts() {}

    /**
     * Of several parts, each YAML in the form of an OpenAPI document.
     *
     * @throws IllegalArgumentException when two say different things of one place
     */
    static ObjectNode read(List<String> parts) {
        ObjectNode all = JsonMapper.shared().createObjectNode();
        for (String part : parts) {
            var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
            Map<String, Object> read = yaml.load(part);
            add(all, JsonMapper.shared().<ObjectNode>valueToTree(read), "");
        }
        return all;
    }

    /**
     * Completes {@code known} by what is said elsewhere, which goes first where both say something.
     */
    static void merge(ObjectNode known, JsonNode said) {
        for (var field : said.properties()) {
            if (known.get(field.getKey()) instanceof ObjectNode inner
                    && field.getValue().isObject()
                    && !field.getValue().has("$ref")) {
                merge(inner, field.getValue());
            } else {
                known.set(field.getKey(), field.getValue());
            }
        }
    }

    private static void add(ObjectNode all, ObjectNode part, String at) {
        for (var field : part.properties()) {
            String there = at + "/" + field.getKey();
            JsonNode known = all.get(field.getKey());
            if (known == null) {
                all.set(field.getKey(), field.getValue());
            } else if (known instanceof ObjectNode object
                    && field.getValue() instanceof ObjectNode more) {
                add(object, more, there);
            } else if (known instanceof ArrayNode array
                    && field.getValue() instanceof ArrayNode more) {
                array.addAll(more);
            } else {
                throw new IllegalArgumentException(
                        "The parts of the OpenAPI document say two things of " + there);
            }
        }
    }
}
