package io.stepfree.scheduler;

import io.stepfree.platform.boot.PlatformConfiguration;
import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.streams.StreamsConfiguration;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Starts the scan scheduler. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({PlatformConfiguration.class, StreamsConfiguration.class, SchedulerConfiguration.class})
public class SchedulerApplication {

    public static void main(String[] arguments) {
        ServiceApplication.main("scan-scheduler", SchedulerApplication.class, arguments);
    }
}
