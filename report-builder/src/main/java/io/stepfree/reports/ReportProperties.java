package io.stepfree.reports;

import io.stepfree.reports.shelf.Encoding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where reports are kept, and how long.
 *
 * @param directory the folder under which each report has its own, by day of completion and scan
 *     id; made when it is not there, and the service does not start when it cannot be written to.
 *     With a bucket, only what was written before lies there
 * @param precompress in which forms the page of a report is written besides the plain one, for web
 *     servers that hand files out as they are; empty for none, which saves about a millisecond and
 *     two files for each report. A form that the machine does not have is left out
 * @param keep how long after the last news of it a scan that has ended is kept, with its report and
 *     the files of that; at least a day. What was found goes by whole months, so up to 31 days
 *     later
 * @param keepOf the same for single clients, in place of that, as
 *     stepfree.reports.keep-of.acme=90d; longer or shorter, at least a day
 */
@Validated
@ConfigurationProperties("stepfree.reports")
public record ReportProperties(
        @DefaultValue("./reports") Path directory,
        @DefaultValue({"br", "gzip"}) List<Encoding> precompress,
        @DefaultValue("365d") Duration keep,
        @DefaultValue Map<String, Duration> keepOf) {

    public ReportProperties {
        precompress = List.copyOf(precompress);
        keepOf = Map.copyOf(keepOf);
        atLeastADay("stepfree.reports.keep", keep);
        keepOf.forEach((client, time) -> atLeastADay("stepfree.reports.keep-of." + client, time));
    }

    private static void atLeastADay(String name, Duration time) {
        if (time.compareTo(Duration.ofDays(1)) < 0) {
            throw new IllegalArgumentException(
                    "%s %s is below 1d: nobody could look at the reports; set it to 1d or more"
                            .formatted(name, time));
        }
    }
}
