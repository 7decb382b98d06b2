package io.stepfree.docs;

import io.stepfree.alerts.AlertApplication;
import io.stepfree.deadletters.DeadLetterApplication;
import io.stepfree.gateway.GatewayApplication;
import io.stepfree.processor.ProcessorApplication;
import io.stepfree.reports.ReportApplication;
import io.stepfree.scheduler.SchedulerApplication;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.io.ClassPathResource;

/**
 * One service, as far as its settings go.
 *
 * @param name its name, which is also that of its settings file
 * @param application the class it is started by
 */
record Service(String name, Class<?> application) {

    /** Every service, along the data path. */
    static List<Service> all() {
        return List.of(
                new Service("ingest-gateway", GatewayApplication.class),
                new Service("scan-scheduler", SchedulerApplication.class),
                new Service("scan-processor", ProcessorApplication.class),
                new Service("report-builder", ReportApplication.class),
                new Service("dlq-processor", DeadLetterApplication.class),
                new Service("alert-processor", AlertApplication.class));
    }

    /** The names of the classes of properties that it reads, its own and the platform's. */
    Set<String> properties() {
        var properties = new HashSet<String>();
        collect(application, new HashSet<>(), properties);
        return properties;
    }

    /** What its settings file says, by key. */
    Map<String, String> file() {
        var yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ClassPathResource(name + ".yaml"));
        var settings = new TreeMap<String, String>();
        Objects.requireNonNull(yaml.getObject(), name)
                .forEach((key, value) -> settings.put(key.toString(), value.toString()));
        return settings;
    }

    private static void collect(
            Class<?> configuration, Set<Class<?>> seen, Set<String> properties) {
        if (!seen.add(configuration) || !configuration.getName().startsWith("io.stepfree.")) {
            return;
        }
        for (var enabled :
                AnnotatedElementUtils.findAllMergedAnnotations(
                        configuration, EnableConfigurationProperties.class)) {
            for (Class<?> type : enabled.value()) {
                properties.add(type.getName());
            }
        }
        for (var imported :
                AnnotatedElementUtils.findAllMergedAnnotations(configuration, Import.class)) {
            for (Class<?> type : imported.value()) {
                collect(type, seen, properties);
            }
        }
    }
}
