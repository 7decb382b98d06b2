package io.stepfree.docs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The part of {@code docs/configuration.md} that is made from the settings found in the code. */
final class ConfigurationPage {

    private final List<Setting> settings;
    private final List<Service> services;

    ConfigurationPage(List<Setting> settings, List<Service> services) {
        this.settings = settings;
        this.services = services;
    }

    String render() {
        Map<String, List<Setting>> byPrefix = new LinkedHashMap<>();
        settings.forEach(setting ->
                byPrefix.computeIfAbsent(setting.prefix(), _ -> new ArrayList<>()).add(setting));
        var page = new StringBuilder();
        byPrefix.forEach((prefix, group) -> page.append(section(prefix, group)));
        page.append(ports());
        return page.toString();
    }

    /** The services that read a setting; in all of them its value is the same one. */
    List<Service> readers(Setting setting) {
        String owner = setting.owner().replaceAll("\\$.*", "");
        return services.stream().filter(service -> service.properties().contains(owner)).toList();
    }

    private String section(String prefix, List<Setting> group) {
        var table =
                new MarkdownTable(
                        "setting", "environment variable", "type", "default", "what it is for");
        for (Setting setting : group) {
            table.row(
                    code(setting.name() + (setting.map() ? ".*" : "")),
                    code(setting.variable() + (setting.map() ? "_*" : "")),
                    setting.typeText(),
                    defaults(setting),
                    setting.description());
        }
        return "## %s\n\nRead by %s.\n\n%s\n"
                .formatted(prefix, names(readers(group.getFirst())), table);
    }

    private String defaults(Setting setting) {
        var text = new StringBuilder();
        if (!setting.defaultValue().isEmpty()) {
            text.append(code(setting.defaultValue()));
        }
        for (Service service : readers(setting)) {
            String own = service.file().get(setting.name());
            if (own != null) {
                text.append(text.isEmpty() ? "" : "; ")
                        .append("in %s %s".formatted(service.name(), code(own)));
            }
        }
        return text.toString();
    }

    private String ports() {
        var table = new MarkdownTable("service", "port", "address");
        for (Service service : services) {
            Map<String, String> file = service.file();
            table.row(
                    service.name(),
                    code(file.getOrDefault("server.port", "8080")),
                    file.containsKey("server.address") ? code(file.get("server.address")) : "all");
        }
        return """
        ## Where each service listens

        Spring Boot's own settings work too. Of those, `server.port` (`SERVER_PORT`) and `server.address` (`SERVER_ADDRESS`) \
        say where a service listens that runs by itself:

        %s
        """
                .formatted(table);
    }

    private String names(List<Service> readers) {
        if (readers.size() == services.size()) {
            return "every service";
        }
        return readers.isEmpty()
                ? "no service"
                : readers.stream().map(Service::name).collect(Collectors.joining(", "));
    }

    private static String code(String text) {
        return "`" + text + "`";
    }
}
