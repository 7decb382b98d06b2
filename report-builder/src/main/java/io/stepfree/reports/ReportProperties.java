package io.stepfree.reports;

import io.stepfree.reports.shelf.Encoding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
 */
@Validated
@ConfigurationProperties("stepfree.reports")
public record ReportProperties(
        @DefaultValue("./reports") Path directory,
        @DefaultValue({"br", "gzip"}) List<Encoding> precompress,
        @DefaultValue("365d") Duration keep) {

    public ReportProperties {
        precompress = List.copyOf(precompress);
        if (keep.compareTo(Duration.ofDays(1)) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.reports.keep %s is below 1d: nobody could look at the reports; set it to 1d or more"
                            .formatted(keep));
        }
    }
}
