package io.stepfree.docs;

import io.stepfree.platform.metric.Equation;
import io.stepfree.platform.metric.MeterKind;
import io.stepfree.platform.metric.OwnMeter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The part of {@code docs/metrics.md} that is made from the catalogue of meters. */
final class MetricsPage {

    String render() {
        var page = new StringBuilder();
        page.append("## The equations\n\n");
        page.append(
                "In Prometheus each query is 0 where its equation holds. Those that hold *always* do so for each process at each moment, but a scrape reads one meter after the other; those that hold *at rest* differ under load by what is on its way. Counters begin at 0 with their process, so compare them over a span in which none was restarted.\n\n");
        for (Equation equation : Equation.values()) {
            page.append(
                    """
                    - **%s**

                      Holds %s. %s

                      ```
                      %s
                      ```
                    """
                            .formatted(
                                    equation.text(),
                                    switch (equation.exactness()) {
                                        case ALWAYS -> "always";
                                        case AT_REST -> "at rest";
                                    },
                                    equation.meaning(),
                                    equation.query()));
        }
        byService().forEach((service, meters) -> page.append(section(service, meters)));
        return page.toString();
    }

    private static Map<String, List<OwnMeter>> byService() {
        Map<String, List<OwnMeter>> found =
                Arrays.stream(OwnMeter.values())
                        .collect(
                                Collectors.groupingBy(
                                        OwnMeter::service, TreeMap::new, Collectors.toList()));
        var ordered = new LinkedHashMap<String, List<OwnMeter>>();
        for (Service service : Service.all()) {
            List<OwnMeter> own = found.getOrDefault(service.name(), List.of());
            if (!own.isEmpty()) {
                ordered.put(service.name(), own);
            }
        }
        ordered.put("every service", found.getOrDefault("", List.of()));
        return ordered;
    }

    private static String section(String service, List<OwnMeter> meters) {
        var table = new MarkdownTable("meter", "in Prometheus", "tags", "what it is", "alert when");
        for (OwnMeter meter : meters) {
            table.row(
                    code(meter.meterName()),
                    prometheus(meter),
                    meter.tags().stream().map(MetricsPage::code).collect(Collectors.joining(", ")),
                    "%s: %s."
                            .formatted(
                                    meter.kind().name().charAt(0)
                                            + meter.kind()
                                                    .name()
                                                    .substring(1)
                                                    .toLowerCase(Locale.ROOT),
                                    meter.description()),
                    meter.alert());
        }
        return "\n## Meters of %s\n\n%s".formatted(service, table);
    }

    private static String prometheus(OwnMeter meter) {
        String name = meter.prometheusName();
        return meter.kind() == MeterKind.TIMER
                ? "%s, `_sum`, `_bucket` up to %s, `_max`"
                        .formatted(
                                code(name + "_count"),
                                meter.buckets().stream()
                                        .map(bucket -> bucket.toMillis() / 1000.0 + " s")
                                        .map(text -> text.replace(".0 s", " s"))
                                        .collect(Collectors.joining(", ")))
                : code(name);
    }

    private static String code(String text) {
        return "`" + text + "`";
    }
}
