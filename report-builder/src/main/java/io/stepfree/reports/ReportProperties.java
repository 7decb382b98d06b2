package io.stepfree.reports;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where reports are kept.
 *
 * @param directory the folder under which each report has its own, by day of completion and scan
 *     id; made when it is not there, and the service does not start when it cannot be written to
 */
@Validated
@ConfigurationProperties("stepfree.reports")
public record ReportProperties(@DefaultValue("./reports") Path directory) {}
