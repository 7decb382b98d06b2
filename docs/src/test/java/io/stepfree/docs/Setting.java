package io.stepfree.docs;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One setting, as the configuration processor of Spring Boot found it in a record's components and
 * their Javadoc.
 *
 * @param name its whole key, as stepfree.kafka.client
 * @param type the class of its value
 * @param defaultValue the value when none is set; empty when there is none
 * @param description what it is for
 * @param owner the class of the properties it belongs to
 */
record Setting(String name, String type, String defaultValue, String description, String owner) {

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";

    /** Every setting of ours on the class path, by name. */
    static List<Setting> all() throws IOException {
        var settings = new ArrayList<Setting>();
        for (URL url : Collections.list(Setting.class.getClassLoader().getResources(METADATA))) {
            try (InputStream stream = url.openStream()) {
                for (JsonNode property : JsonMapper.shared().readTree(stream).path("properties")) {
                    if (property.path("name").asString().startsWith("stepfree.")) {
                        settings.add(of(property));
                    }
                }
            }
        }
        settings.sort(Comparator.comparing(Setting::name));
        return settings;
    }

    /** The part of the key that groups settings, as stepfree.kafka. */
    String prefix() {
        String[] parts = name.split("\\.", 3);
        return parts[0] + "." + parts[1];
    }

    /**
     * The environment variable that sets it: dots become underscores, dashes go, all in upper case
     * (Spring Boot, "Binding From Environment Variables").
     */
    String variable() {
        return name.replace(".", "_").replace("-", "").toUpperCase(Locale.ROOT);
    }

    /** Whether it takes names of its own below its key. */
    boolean map() {
        return type.startsWith("java.util.Map");
    }

    /** Its type, in words. */
    String typeText() {
        return text(type);
    }

    private static Setting of(JsonNode property) {
        JsonNode value = property.path("defaultValue");
        return new Setting(
                property.path("name").asString(),
                property.path("type").asString(),
                // A list comes as [a, b].
                value.asString("").replaceAll("^\\[(.*)]$", "$1"),
                property.path("description").asString(""),
                property.path("sourceType").asString());
    }

    private static String text(String type) {
        if (type.startsWith("java.util.List<")) {
            return "list of " + text(type.substring("java.util.List<".length(), type.length() - 1));
        }
        if (type.startsWith("java.util.Map<")) {
            return "names and values";
        }
        return switch (type) {
            case "java.lang.Integer", "java.lang.Long", "java.lang.Short" -> "whole number";
            case "java.lang.Double" -> "number";
            case "java.lang.Boolean" -> "true or false";
            case "java.lang.String" -> "text";
            case "java.time.Duration" -> "duration";
            case "org.springframework.util.unit.DataSize" -> "size";
            case "java.nio.file.Path" -> "path";
            case "java.net.URI" -> "address";
            default -> symbols(type);
        };
    }

    private static String symbols(String type) {
        try {
            Object[] symbols = Class.forName(type).getEnumConstants();
            if (symbols == null) {
                throw new IllegalArgumentException("no words for settings of type " + type);
            }
            return Arrays.stream(symbols)
                    .map(Object::toString)
                    .filter(symbol -> !symbol.equals("UNKNOWN"))
                    .map(symbol -> symbol.toLowerCase(Locale.ROOT).replace('_', '-'))
                    .collect(Collectors.joining(", "));
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("no words for settings of type " + type, e);
        }
    }
}
