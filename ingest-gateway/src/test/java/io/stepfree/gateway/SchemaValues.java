package io.stepfree.gateway;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Draws values that are right by a schema, as far as one field goes: what only several fields
 * together can break is left to chance.
 */
final class SchemaValues {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> WORDS =
            List.of(
                    "a",
                    "nightly",
                    "60f0328988b7",
                    "host,engine",
                    "/",
                    "/shop",
                    "#login",
                    "de-CH, de;q=0.8",
                    "axe-core 4.14.1",
                    "Füße ☃ 😀",
                    "yes");

    private final ApiDescription api;
    private final RandomGenerator random;

    SchemaValues(ApiDescription api, RandomGenerator random) {
        this.api = api;
        this.random = random;
    }

    /** A value of that schema, which is a field of that name. */
    JsonNode value(JsonNode given, String name) {
        JsonNode schema = api.resolve(given);
        if (schema.has("const")) {
            return schema.path("const");
        }
        if (schema.has("enum")) {
            return anyOf(schema.path("enum"));
        }
        String type = schema.path("type").asString("");
        if (type.isEmpty() && schema.has("oneOf")) {
            return value(anyOf(schema.path("oneOf")), name);
        }
        return switch (type) {
            case "object" -> object(schema);
            case "array" -> array(schema, name);
            case "integer" -> JSON.numberNode(whole(schema));
            case "number" -> JSON.numberNode(number(schema));
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            default -> JSON.stringNode(text(schema, name));
        };
    }

    private ObjectNode object(JsonNode schema) {
        ObjectNode object = JsonMapper.shared().createObjectNode();
        List<String> required =
                schema.path("required").valueStream().map(JsonNode::asString).toList();
        for (var property : schema.path("properties").properties()) {
            if (required.contains(property.getKey()) || random.nextInt(4) == 0) {
                object.set(property.getKey(), value(property.getValue(), property.getKey()));
            }
        }
        if (schema.path("additionalProperties").isObject() && random.nextBoolean()) {
            object.set("X-Preview", value(schema.path("additionalProperties"), "X-Preview"));
        }
        return object;
    }

    private ArrayNode array(JsonNode schema, String name) {
        ArrayNode array = JsonMapper.shared().createArrayNode();
        int size = schema.path("minItems").asInt(0) + random.nextInt(3);
        for (int i = 0; i < size; i++) {
            boolean addresses = name.equals("scans") || name.equals("urls");
            array.add(value(schema.path("items"), addresses ? "url" : name));
        }
        return array;
    }

    private long whole(JsonNode schema) {
        long least = schema.path("minimum").asLong(0);
        long most = schema.path("maximum").asLong(1_000_000);
        return switch (random.nextInt(4)) {
            case 0 -> least;
            case 1 -> most;
            default -> random.nextLong(least, most + 1);
        };
    }

    private double number(JsonNode schema) {
        double least = schema.path("minimum").asDouble(0);
        double most = schema.path("maximum").asDouble(1_000);
        return random.nextInt(4) == 0 ? most : least + random.nextDouble() * (most - least);
    }

    private String text(JsonNode schema, String name) {
        if (name.equals("url")) {
            return "https://example.com/" + random.nextInt(1_000);
        }
        if (schema.path("format").asString("").equals("date-time")) {
            return Instant.ofEpochSecond(random.nextLong(2_000_000_000)).toString();
        }
        var fitting = new ArrayList<String>();
        for (String word : WORDS) {
            if (fits(schema, word)) {
                fitting.add(word);
            }
        }
        String longest = "x".repeat(schema.path("maxLength").asInt(30));
        if (fits(schema, longest)) {
            fitting.add(longest);
        }
        return fitting.isEmpty()
                ? schema.path("examples").path(0).asString("example")
                : fitting.get(random.nextInt(fitting.size()));
    }

    private static boolean fits(JsonNode schema, String text) {
        String pattern = schema.path("pattern").asString("");
        return text.length() >= schema.path("minLength").asInt(0)
                && text.length() <= schema.path("maxLength").asInt(Integer.MAX_VALUE)
                && (pattern.isEmpty() || Pattern.compile(pattern).matcher(text).find());
    }

    private JsonNode anyOf(JsonNode choices) {
        return choices.path(random.nextInt(choices.size()));
    }
}
