package io.stepfree.reports;

import io.stepfree.platform.boot.PlatformConfiguration;
import io.stepfree.platform.boot.ServiceApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The report builder by itself. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({PlatformConfiguration.class, ReportConfiguration.class})
public class ReportApplication {

    /** Starts the service and returns; it runs until the process is told to end. */
    public static void main(String[] arguments) {
        ServiceApplication.main("report-builder", ReportApplication.class, arguments);
    }
}
