package io.stepfree.alerts;

import io.stepfree.platform.boot.PlatformConfiguration;
import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.streams.StreamsConfiguration;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Starts the service that raises alerts and tells them. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({PlatformConfiguration.class, StreamsConfiguration.class, AlertConfiguration.class})
public class AlertApplication {

    /** Runs the service with {@code alert-processor.yaml}, the environment and these arguments. */
    public static void main(String[] arguments) {
        ServiceApplication.main("alert-processor", AlertApplication.class, arguments);
    }
}
